"""HTTP to addresses that may be connected to (``config.addresses``), checked for every connection.

``session`` is a ``requests.Session`` for helpdesks, webhooks and whatever else the house speaks to: the name is
resolved, its addresses are checked, and the connection goes to the address that was checked, so that a name which
resolves differently a moment later (rebinding) gains nothing. A redirect opens a connection of its own and is checked
like the first. Only ``http`` and ``https`` are known; proxies and ``.netrc`` of whoever runs it are not looked at.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from config.addresses import Network, permitted, reachable

MOST_REDIRECTS = 3
_RESOLVING = threading.Lock()

if TYPE_CHECKING:
    _Connection = HTTPConnection
else:
    _Connection = object


def session(allowed: Sequence[Network] = ()) -> requests.Session:
    """Return a session that connects to public addresses and ``allowed`` networks only.

    A request to any other raises ``config.addresses.AddressRefused``, and one with another scheme
    ``requests.exceptions.InvalidSchema``.
    """
    made = requests.Session()
    made.trust_env = False
    made.max_redirects = MOST_REDIRECTS
    for scheme in ("https://", "http://"):
        made.mount(scheme, _Adapter(tuple(allowed)))
    return made


@contextmanager
def checked_names(allowed: Sequence[Network] = ()) -> Iterator[None]:
    """Have every name that is resolved meanwhile lead to public addresses and ``allowed`` networks only.

    For libraries that connect by themselves: what they connect to is what was checked. It holds for the whole process,
    one at a time. Who resolves any other name gets ``config.addresses.AddressRefused``.
    """
    with _RESOLVING:
        plainly = socket.getaddrinfo

        def checked(host: Any, *more: Any, **named: Any) -> list[tuple[Any, ...]]:
            return permitted(host, plainly(host, *more, **named), allowed)

        socket.getaddrinfo = checked
        try:
            yield
        finally:
            socket.getaddrinfo = plainly


class _Adapter(HTTPAdapter):
    def __init__(self, allowed: tuple[Network, ...]) -> None:
        self._allowed = allowed
        super().__init__()

    def init_poolmanager(self, *places: Any, **named: Any) -> None:
        """Give the pools connections that check where they lead."""
        super().init_poolmanager(*places, **named)
        self.poolmanager.pool_classes_by_scheme = _pools(self._allowed)


class _Checked(_Connection):
    allowed: tuple[Network, ...] = ()

    def _new_conn(self) -> socket.socket:
        name, failure = self.host, None
        try:
            addresses = reachable(name, self.port, self.allowed)
        except OSError as error:
            raise NameResolutionError(name, cast(HTTPConnection, self), cast(socket.gaierror, error)) from error
        for address in addresses:
            self.host = address
            try:
                return super()._new_conn()
            except (NewConnectionError, ConnectTimeoutError) as error:
                failure = error
            finally:
                self.host = name  # what the certificate and the Host header speak of
        raise failure or NewConnectionError(cast(HTTPConnection, self), f"{name} has no address")


def _pools(allowed: tuple[Network, ...]) -> dict[str, type[HTTPConnectionPool]]:
    plain = type("CheckedHTTPConnection", (_Checked, HTTPConnection), {"allowed": allowed})
    secure = type("CheckedHTTPSConnection", (_Checked, HTTPSConnection), {"allowed": allowed})
    return {
        "http": type("CheckedHTTPPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("CheckedHTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }
