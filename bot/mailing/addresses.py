"""Pure: mail addresses and networks, in the one form in which they are compared."""

from __future__ import annotations

import ipaddress
import re

import idna

from bot.errors import BadArgument
from bot.models import Chat

#: RFC 5321, 4.5.3.1
_LONGEST, _LONGEST_LOCAL = 254, 64
#: characters that are looked at; a domain of 254 letters may need fewer when it is written in Unicode, never more
_LONGEST_TYPED = 500
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
#: who rents one address has all of these
_NETWORK = {4: 24, 6: 64}


def mailbox(typed: str) -> str:
    """Return the address in lower case, its domain as the DNS has it. Raise `BadArgument`.

    Nothing else is changed, so that an address never becomes somebody else's: no case folding and no compatibility
    mapping before the @, where only ASCII is accepted; after it, IDNA 2008 with UTS 46's non-transitional mapping.
    Quotes, comments and address literals are refused: nothing in an address can end a header or a command.
    """
    local, at, domain = typed.strip().rpartition("@")
    if len(typed) > _LONGEST_TYPED:
        raise _refused(typed)
    if at and not local.isascii():
        raise BadArgument(
            f"“{_shown(typed)}” has letters beyond ASCII before the @; mail cannot be sent to such an address.",
            "Use an address that is written in ASCII before the @: you@example.org.",
        )
    local, domain = local.lower(), _ascii(domain)
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
    """Return the domain in lower case and in ASCII; empty where it is not a valid one."""
    try:
        if domain.isascii():
            domain = domain.lower()
            for label in domain.split("."):
                if label.startswith("xn--"):
                    idna.ulabel(label)
        else:
            domain = idna.encode(domain, uts46=True, transitional=False).decode("ascii")
    except UnicodeError:
        return ""
    return domain.removesuffix(".")


def _refused(typed: str) -> BadArgument:
    shown = _shown(typed)
    return BadArgument(f"“{shown}” is no mail address that can be written to.", "It looks like you@example.org.")


def _shown(typed: str) -> str:
    return "".join(letter for letter in typed.strip()[:_LONGEST_TYPED] if letter.isprintable())[:60]
