"""A repository's address in, settings by which git reaches it out there and nothing in the local network out.

For addresses that others than the owner of this machine name. It resolves the name and connects to nothing.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator

from ingest.errors import SourceUnreachable, SourceUnsupported
from ingest.repository import Repository

_ADDRESS = re.compile(
    r"https://(?:[\w.~%:-]+@)?(?P<host>[\w-]+(?:\.[\w-]+)*|\[[0-9a-f:.]+\])(?::(?P<port>\d{1,5}))?(?:/\S*)?",
    re.ASCII | re.IGNORECASE,
)
"""So plain that nothing takes another part of it for the host than we do."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses whose last four bytes are the IPv4 address that a gateway leads to (RFC 6052)."""


def outside(wanted: Repository) -> dict[str, str]:
    """git asks the addresses that were found good here, whatever the name leads to a moment later, and goes where no
    redirect sends it.

    Raises SourceUnsupported where the address is not https or leads into the local network, SourceUnreachable.
    """
    match = _ADDRESS.fullmatch(wanted.url)
    if match is None:
        raise SourceUnsupported(f"{wanted.shown} is no plain https address.", "Give one such as https://host/name.git.")
    host, port = match["host"].strip("[]"), int(match["port"] or 443)
    try:
        found = list(dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    except (OSError, OverflowError, UnicodeError) as error:
        raise SourceUnreachable(f"{wanted.shown} cannot be found ({error}).", "Check the address.") from error
    if not all(each.is_global and not each.is_multicast for address in found for each in _led_to(address)):
        raise SourceUnsupported(
            f"{wanted.shown} leads into the network of the machine that this runs on.",
            "Give an address on the internet, or have whoever runs it read the repository.",
        )
    stay = {"http.followRedirects": "false"}
    if ":" in host:  # an address leads nowhere else
        return stay
    addresses = ",".join(f"[{address}]" if ":" in address else address for address in found)
    return {**stay, "http.curloptResolve": f"{host}:{port}:{addresses}"}


def _led_to(text: str) -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """The address, and those of IPv4 that it stands for."""
    address = ipaddress.ip_address(text.partition("%")[0])
    yield address
    if isinstance(address, ipaddress.IPv6Address):
        yield from filter(None, (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())))
        if address in _NAT64:
            yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
