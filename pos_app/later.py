"""What is built when it is first wanted: most sheets of a till are opened by few people on few days."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar
from weakref import ref

from PySide6.QtCore import SignalInstance

from core.ports.clock import Clock
from core.qt.approval.presenter import Approvals
from core.qt.approval.sheet import ApprovalSheet
from core.qt.widgets.layers import Layers
from core.wording import formats
from pos_app.cashier.refund import presenter as refunding
from pos_app.cashier.refund.sheet import RefundSheet
from pos_app.fills import presenter as deciding
from pos_app.fills.sheet import FillsSheet
from pos_app.prepays import presenter as prepaying
from pos_app.prepays.sheet import PrepaysSheet
from pos_app.pumps.presenter import PumpsPresenter


class Hears(Protocol):
    """A sheet that takes codes while it is open."""

    def scanned(self, code: str) -> bool:
        """Whether this code was for it."""
        ...


Built = TypeVar("Built", bound=Hears)


class Later(Generic[Built]):
    """A sheet that shows itself as its presenter goes on: built, and showing, once it is `wanted`.

    A thousand widgets that nobody looks at took twenty megabytes and a third of a till's start.
    """

    def __init__(
        self, build: Callable[[], Built], changed: SignalInstance, wanted: Callable[[], bool]
    ) -> None:
        """`changed` tells when to look whether it is wanted."""
        self._build = build
        self._wanted = wanted
        self._built: Built | None = None
        # Weak: the presenter's signal would hold for ever what holds the presenter.
        myself = ref(self)
        changed.connect(lambda: me._look() if (me := myself()) is not None else None)

    def scanned(self, code: str) -> bool:
        """Whether this code was for it."""
        return self._built is not None and self._built.scanned(code)

    def _look(self) -> None:
        if self._built is None and self._wanted():
            self._built = self._build()


def approval(presenter: Approvals, layers: Layers) -> Later[ApprovalSheet]:
    """Who agrees to something."""
    return Later(
        lambda: ApprovalSheet(presenter, layers), presenter.changed, lambda: presenter.question is not None
    )


def refund(presenter: refunding.RefundPresenter, layers: Layers) -> Later[RefundSheet]:
    """What comes back."""
    return Later(
        lambda: RefundSheet(presenter, layers),
        presenter.changed,
        lambda: presenter.state.step is not refunding.Step.NONE,
    )


def prepays(
    presenter: prepaying.PrepaysPresenter, pumps: PumpsPresenter, layers: Layers
) -> Later[PrepaysSheet]:
    """What was paid before it flows."""
    return Later(
        lambda: PrepaysSheet(presenter, pumps, layers),
        presenter.changed,
        lambda: presenter.state.step is not prepaying.Step.NONE,
    )


def fills(presenter: deciding.FillsPresenter, layers: Layers, clock: Clock) -> Later[FillsSheet]:
    """Fills that are not simply paid."""
    return Later(
        lambda: FillsSheet(presenter, layers, lambda: clock.now().astimezone(formats.STATION_ZONE).date()),
        presenter.changed,
        lambda: presenter.state.step is not deciding.Step.NONE,
    )
