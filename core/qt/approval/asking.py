"""What a presenter needs that asks for an agreement when a use case says that one is needed."""

from collections.abc import Callable
from typing import Protocol

from core.domain.ids import ApprovalId
from core.domain.refusals.people import ApprovalNeeded


class AsksApproval(Protocol):
    """Has somebody who may agree on the spot."""

    def ask(
        self,
        needed: ApprovalNeeded,
        retry: Callable[[ApprovalId], object],
        words: str,
        given_up: Callable[[], object] | None = None,
    ) -> None:
        """Ask; `retry` runs the use case again with the agreement, `given_up` says that nobody agreed.

        `words` tell whoever agrees what it is for and how much: "Refund ￥25.00".
        """
        ...
