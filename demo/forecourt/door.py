"""The simulated controller's other door: hands at its pumps, its faults, the truth of every fill."""

from collections.abc import Mapping
from typing import Any

import requests

_PATIENCE_SECONDS = 5.0


class NotPossible(Exception):
    """The pump cannot do that now: the controller's own words."""


class DoorClosed(Exception):
    """Nobody answers at the controller's other door."""


class Door:
    """Knocks at the control port on loopback, from any one thread."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/control"
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        """Hang up; what the pumps do goes on."""
        self._session.close()

    def pumps(self) -> list[dict[str, Any]]:
        """Every pump as it is now. Raises DoorClosed."""
        return list(self._ask("GET", "/pumps"))

    def ledger(self) -> list[dict[str, Any]]:
        """Every fill that there was, as the pumps counted it. Raises DoorClosed."""
        return list(self._ask("GET", "/ledger"))

    def do(self, pump: int | None, deed: str, asked: Mapping[str, object]) -> None:
        """One deed at a pump, or at the controller itself. Raises NotPossible, DoorClosed."""
        self._ask("POST", f"/{deed}" if pump is None else f"/pumps/{pump}/{deed}", asked)

    def _ask(self, method: str, path: str, asked: Mapping[str, object] | None = None) -> Any:
        try:
            answer = self._session.request(
                method, self._address + path, json=asked, timeout=_PATIENCE_SECONDS
            )
            said = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise DoorClosed(str(error)) from error
        if not answer.ok:
            raise NotPossible(str(said["error"]))
        return said
