"""A password in, what tells later that it is the right one out: salted and slow to guess; keeps nothing."""

import base64
import hashlib
import hmac
import secrets

from assistant import AssistantError

SHORTEST = 10
"""Characters: a password is what stands between the network and a person's documents."""
_LONGEST = 1_024
_COST, _BLOCK, _LANES = 2**15, 8, 3
"""N, r and p of scrypt (RFC 7914): 32 MiB and about half a second on one core. One of the settings of the OWASP
Password Storage Cheat Sheet, which names N=2^15, r=8, p=3 as strong as its first one, N=2^17, r=8, p=1, in a quarter
of the memory."""
_MEMORY = 128 * _BLOCK * (_COST + _LANES + 2)
"""What OpenSSL must be let have for these, in bytes."""
_BYTES = 32


class PasswordUnfit(AssistantError):
    """A password that must not be one."""


def hashed(password: str) -> str:
    """For keeping: the parameters, the salt and the hash. Raises PasswordUnfit."""
    if not SHORTEST <= len(password) <= _LONGEST:
        raise PasswordUnfit(
            f"A password has {SHORTEST} to {_LONGEST:,} characters; this one has {len(password):,}.",
            "Take some words that do not belong together.",
        )
    salt = secrets.token_bytes(16)
    return "$".join(("scrypt", str(_COST), str(_BLOCK), str(_LANES), _text(salt), _text(_scrypt(password, salt))))


def matches(password: str, kept: str) -> bool:
    """Whether it is the one that was hashed; False for what is no hash, after as much time."""
    try:
        name, cost, block, lanes, salt, found = kept.split("$")
        if (name, int(cost), int(block), int(lanes)) != ("scrypt", _COST, _BLOCK, _LANES):
            raise ValueError(kept)
        salted, expected = base64.b64decode(salt), base64.b64decode(found)
    except ValueError:
        salted, expected = bytes(16), b""
    return hmac.compare_digest(_scrypt(password[:_LONGEST], salted), expected)


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=_COST,
        r=_BLOCK,
        p=_LANES,
        maxmem=2 * _MEMORY,
        dklen=_BYTES,
    )


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")
