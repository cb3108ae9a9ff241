"""Pure: mail addresses and networks, in the one form in which they are compared."""

from __future__ import annotations

import ipaddress
import re

from bot.errors import BadArgument
from bot.models import Chat

#: RFC 5321, 4.5.3.1
_LONGEST, _LONGEST_LOCAL = 254, 64
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
#: who rents one address has all of these
_NETWORK = {4: 24, 6: 64}


def mailbox(typed: str) -> str:
    """The address in lower case, its domain as DNS has it. Raises `BadArgument`.

    Only what every mail server takes is accepted: ASCII before the @, no quotes, no comments, no address literals. So
    nothing in an address can end a header or a command.
    """
    local, at, domain = typed.strip().casefold().rpartition("@")
    domain = _ascii(domain.rstrip("."))
    address = f"{local}@{domain}"
    if not (at and len(address) <= _LONGEST and len(local) <= _LONGEST_LOCAL and _LOCAL.fullmatch(local)):
        raise _refused(typed)
    labels = domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdecimal():
        raise _refused(typed)
    return address


def chat(address: str) -> Chat:
    """Where mails to an address go."""
    return Chat("email", address)


def network(host: str) -> str:
    """The network that an IP address is rented with; what is no IP address as it stands."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network(f"{address}/{_NETWORK[address.version]}", strict=False))


def _ascii(domain: str) -> str:
    try:
        return domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def _refused(typed: str) -> BadArgument:
    shown = "".join(letter for letter in typed.strip() if letter.isprintable())[:60]
    return BadArgument(f"“{shown}” is no mail address that can be written to.", "It looks like you@example.org.")
