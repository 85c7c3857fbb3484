"""Ask the cloud for an order before serving it."""

from typing import Protocol

from core.domain.ids import OrderId


class OrderDesk(Protocol):
    """The cloud arbitrates between the driver's cancel, the clock, and the attendant's accept."""

    def claim(self, order: OrderId, claim: str) -> None:
        """Take the order for serving; from now on the driver cannot cancel it. Idempotent by `claim`.

        Raises OrderNoLongerWaiting, CloudUnreachable (unclear: claim again with the same id).
        """
        ...
