"""Where the house may connect to: the public internet, and networks the settings name.

An address somebody wrote into the settings, or a name server or a redirect answers with, must not lead to this
machine, its cloud's metadata or the networks behind the firewall, unless ``allowed_networks`` says so. What counts is
the address a name resolves to, however it was written: decimal, octal, or an IPv4 address inside an IPv6 one.

``config.outbound.session`` is how to speak HTTP under this rule; ``reachable`` is for everything else, and
``config.outbound.checked_names`` for libraries that connect by themselves.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from config.errors import BadSetting, DeskpulseError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[..., Sequence[tuple[Any, ...]]]

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")  # IPv4 written as IPv6, out of use and still understood
_ALSO_INSIDE = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "64:ff9b:1::/48", "fec0::/10", "100::/64", "5f00::/16"))
)
_LAST_32 = 0xFFFFFFFF


class AddressRefused(DeskpulseError):
    """A name leads to an address that may not be connected to."""


def networks(told: Sequence[str], where: str = "allowed_networks") -> tuple[Network, ...]:
    """Return the networks that texts such as ``10.2.0.0/16`` or ``127.0.0.1`` name; raises ``BadSetting``."""
    try:
        return tuple(ipaddress.ip_network(text.strip()) for text in told)
    except (ValueError, AttributeError) as error:
        raise BadSetting(f"{where} must be networks such as 10.2.0.0/16 or single addresses: {error}") from error


def is_permitted(address: str, allowed: Sequence[Network] = ()) -> bool:
    """Tell whether a numeric address may be connected to."""
    return all(
        any(meant in network for network in allowed if network.version == meant.version) or _is_public(meant)
        for meant in _meant(ipaddress.ip_address(address))
    )


def reachable(
    host: str, port: int, allowed: Sequence[Network] = (), resolve: Resolve = socket.getaddrinfo
) -> list[str]:
    """Return the numeric addresses of ``host`` that may be connected to, best first: connect to one of these.

    Resolving again would ask the name server again, which may answer otherwise. Raises ``AddressRefused`` when there is
    an address but none that may be used, ``OSError`` when the name has none.
    """
    answers = permitted(host, resolve(host, port, type=socket.SOCK_STREAM), allowed)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def permitted(
    host: object, answers: Sequence[tuple[Any, ...]], allowed: Sequence[Network] = ()
) -> list[tuple[Any, ...]]:
    """Return, of what a name resolves to (``socket.getaddrinfo``), what may be connected to.

    Raises ``AddressRefused`` when nothing is left.
    """
    left = [answer for answer in answers if is_permitted(str(answer[4][0]), allowed)]
    if not left:
        shown = ", ".join(dict.fromkeys(str(answer[4][0]) for answer in answers)) or "no address"
        raise AddressRefused(
            f"{host} leads to {shown}: this machine or a network that is not public; if that is meant, name it in "
            "allowed_networks"
        )
    return left


def _is_public(address: Address) -> bool:
    if any(network.version == address.version and address in network for network in _ALSO_INSIDE):
        return False  # of which older Pythons say otherwise
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _meant(address: Address) -> Iterator[Address]:
    """Give the address a packet would end at: those inside an IPv6 address too, whoever would unpack them."""
    if isinstance(address, ipaddress.IPv4Address):
        yield address
        return
    inside: list[Address] = [a for a in (address.ipv4_mapped, address.sixtofour) if a is not None]
    inside += address.teredo or ()
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        inside.append(ipaddress.IPv4Address(int(address) & _LAST_32))
    yield from inside or [address]
