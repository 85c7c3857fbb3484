"""Circumstances of a request: from which address and network, with which device and program."""

import ipaddress
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from fastapi.requests import HTTPConnection

_LONGEST = 64
_V4_NETWORK, _V6_NETWORK = 24, 48
_APPS = ("mozilla", "micromessenger", "youzhan")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Where a request comes from; empty where it does not say. Kept only as hashes."""

    ip: str = ""
    device_id: str = ""
    user_agent: str = ""

    @property
    def network(self) -> str:
        """The /24 or /48 around the address: what one line or one small hoster has."""
        try:
            address = ipaddress.ip_address(self.ip)
        except ValueError:
            return ""
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        bits = _V4_NETWORK if address.version == 4 else _V6_NETWORK
        return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))

    @property
    def is_app(self) -> bool:
        """Whether it calls itself a browser, the mini program or one of ours; anybody may."""
        agent = self.user_agent.lower()
        return any(name in agent for name in _APPS)


def circumstances(connection: HTTPConnection) -> Circumstances:
    """The circumstances of this request. The address is the client's as the server sees it (behind a proxy: as it says)."""
    client = connection.client
    return Circumstances(
        client.host if client is not None else "",
        _plain(connection.headers.get("X-Device-Id", "")),
        _plain(connection.headers.get("User-Agent", "")),
    )


PresentCircumstances = Annotated[Circumstances, Depends(circumstances)]


def _plain(text: str) -> str:
    return "".join(letter for letter in text.strip() if letter.isprintable())[:_LONGEST]
