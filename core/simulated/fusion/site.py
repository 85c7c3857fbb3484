"""What the answers to a till's requests need of the controller."""

from collections.abc import Mapping
from typing import Protocol

from core.simulated.fusion.books import Sale
from core.simulated.fusion.pump import Pump
from core.simulated.fusion.wire import Client


class Site(Protocol):
    """The controller, as its answers see it."""

    pumps: dict[int, Pump]
    sales: dict[int, Sale]
    grades: dict[int, int]
    changes: dict[int, dict[int, int]]
    change: int

    @property
    def marks(self) -> bool: ...
    def state_fields(self, pump: Pump) -> dict[str, object]: ...
    def tell_state(self, pump: Pump) -> None: ...
    def publish(self, event: str, fields: dict[str, object]) -> None: ...
    def say(
        self, client: Client, event: str, fields: Mapping[str, object], *, kind: str = "POST"
    ) -> None: ...
    def spread_prices(self) -> None: ...
