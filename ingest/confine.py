"""This very process in, the same without a way to the network, and to other programs unless it needs one, out.

Linux's own means (seccomp, or a network namespace where that is missing), which hold for all children, too.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from ingest.errors import SourceUnsupported

# Numbers of system calls, from the kernel's unistd.h of each machine. io_uring can do all that the others do.
_NETWORK = {"x86_64": (41, 42, 44, 46, 49, 50, 425), "aarch64": (198, 203, 206, 211, 200, 201, 425)}
"""socket, connect, sendto, sendmsg, bind, listen, io_uring_setup"""
_OTHERS = {"x86_64": (101, 310, 311), "aarch64": (117, 270, 271)}
"""ptrace, process_vm_readv, process_vm_writev: a way into other processes"""
_PROGRAMS = {"x86_64": (59, 322), "aarch64": (221, 281)}
"""execve, execveat"""
_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # AUDIT_ARCH_* of linux/audit.h
_X32 = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # of the classic BPF machine, linux/bpf_common.h
_KILL, _REFUSE, _ALLOW = 0x80000000, 0x00050000 | errno.EACCES, 0x7FFF0000  # SECCOMP_RET_*
_NUMBER_AT, _MACHINE_AT = 0, 4  # in struct seccomp_data
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def confine(*, programs: bool) -> None:
    """Refuse this process the network from here on, and other programs unless `programs`.

    To be called before it has threads. Raises SourceUnsupported where the system has no means to.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    machine = os.uname().machine
    if machine in _MACHINES and _filtered(libc, machine, programs):
        return
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        raise SourceUnsupported(
            f"This system cannot cut a reader of files off from the network ({os.strerror(ctypes.get_errno())}).",
            "Run it on a Linux with seccomp or with user namespaces.",
        )


def _filtered(libc: ctypes.CDLL, machine: str, programs: bool) -> bool:
    denied = (*_NETWORK[machine], *_OTHERS[machine], *(() if programs else _PROGRAMS[machine]))
    code = _code(_MACHINES[machine], denied)
    program = _Program(len(code) // 8, code)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _code(machine: int, denied: tuple[int, ...]) -> bytes:
    """The filter: a foreign machine's calls kill, denied ones are refused, all others pass."""
    last = len(denied) - 1
    steps = [
        (_LOAD, 0, 0, _MACHINE_AT),
        (_EQUAL, 1, 0, machine),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, len(denied) + 1, 0, _X32),  # to the refusal
        *((_EQUAL, last - at + 1, 0, number) for at, number in enumerate(denied)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("<HBBI", *step) for step in steps)
