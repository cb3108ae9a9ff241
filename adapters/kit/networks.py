"""Which IP addresses are loopback, private or link-local."""

from __future__ import annotations

import ipaddress

#: loopback, private (RFC 1918, RFC 4193) and link-local; Python's `is_private` also includes unassigned ranges
_LOCAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10"),
    )
)


def is_local(host: str) -> bool:
    """Whether an IP address is not from the public Internet; False for text that is no address."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in _LOCAL)
