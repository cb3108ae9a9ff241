"""Mail addresses and networks, in the canonical form in which they are compared."""

from __future__ import annotations

import ipaddress
import re

import idna

from bot.domain.errors import BadArgument
from bot.domain.i18n import tr
from bot.domain.requests import Chat

#: RFC 5321, 4.5.3.1
_LONGEST, _LONGEST_LOCAL = 254, 64
#: characters that are looked at; a domain of 254 letters may need fewer when it is written in Unicode, never more
_LONGEST_TYPED = 500
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
#: prefix lengths of the networks that are assigned to one customer
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
            tr("“{address}” has characters before the @ that I can't send mail to.", address=_shown(typed)),
            tr("Use an address with only a to z, digits and punctuation before the @."),
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
    """Return the chat of an address."""
    return Chat("email", address)


def network(host: str) -> str:
    """Return the network that an IP address is usually assigned with; other text as it is."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network(f"{address}/{_NETWORK[address.version]}", strict=False))


def _ascii(domain: str) -> str:
    """Return the domain in lower case and in ASCII; empty if it is not valid."""
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
    return BadArgument(
        tr("“{address}” is not a valid e-mail address.", address=_shown(typed)),
        tr("It should look like {example}.", example="you@example.org"),
    )


def _shown(typed: str) -> str:
    return "".join(letter for letter in typed.strip()[:_LONGEST_TYPED] if letter.isprintable())[:60]
