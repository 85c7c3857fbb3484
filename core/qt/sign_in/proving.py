"""Being who one says: choose the person, then the PIN; or a card, which needs no choosing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from core.domain.ids import StaffId
from core.domain.refusals.people import WrongPin
from core.domain.staff import StaffMember
from core.qt.background import Runs

SHORTEST_PIN = 4
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ProvingState:
    """What is shown. `trouble` is what was raised last; its sentence is the screen's."""

    people: tuple[StaffMember, ...] = ()
    loaded: bool = False
    chosen: StaffId | None = None
    pin: str = ""
    busy: bool = False
    trouble: Exception | None = None
    tries: int = 0  # grows with each wrong PIN, so that the screen can shake the field

    @property
    def may_go(self) -> bool:
        """Whether there is enough to try."""
        return self.chosen is not None and len(self.pin) >= SHORTEST_PIN and not self.busy


class ProvingPresenter(QObject, Generic[T]):
    """Signals: changed. What a proof is good for, its children say; T is what comes of it."""

    changed = Signal()

    def __init__(self, background: Runs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.state = ProvingState()

    def begin(self) -> None:
        """Nobody chosen, the list fresh."""
        self._show(ProvingState(people=self.state.people, loaded=self.state.loaded))
        self.reload()

    def reload(self) -> None:
        """The list fresh: somebody came or left."""
        self._background.run(self._people, self._loaded, self._failed)

    def choose(self, person: StaffId) -> None:
        """This one it is."""
        if not self.state.busy:
            self._show(replace(self.state, chosen=person, pin="", trouble=None))

    def type_pin(self, pin: str) -> None:
        """The PIN so far."""
        self._show(replace(self.state, pin=pin, trouble=self.state.trouble if not pin else None))

    def go(self) -> None:
        """Try the PIN."""
        if self.state.may_go:
            self._prove(self.state.chosen, self.state.pin)

    def card(self, code: str) -> None:
        """A staff card was read."""
        if not self.state.busy:
            self._prove(None, code)

    def _people(self) -> Sequence[StaffMember]:
        """Who is offered; not on the screen's thread."""
        raise NotImplementedError

    def _try(self, chosen: StaffId | None, proof: str) -> T:
        """The use case that asks for the proof; not on the screen's thread."""
        raise NotImplementedError

    def _proven(self, result: T) -> None:
        """The proof was good."""
        raise NotImplementedError

    def _prove(self, chosen: StaffId | None, proof: str) -> None:
        self._show(replace(self.state, busy=True, trouble=None))
        self._background.run(lambda: self._try(chosen, proof), self._came, self._failed)

    def _came(self, result: T) -> None:
        self._show(replace(self.state, chosen=None, pin="", busy=False, trouble=None))
        self._proven(result)

    def _loaded(self, people: Sequence[StaffMember]) -> None:
        chosen = self.state.chosen if any(p.id == self.state.chosen for p in people) else None
        self._show(replace(self.state, people=tuple(people), loaded=True, chosen=chosen))

    def _failed(self, error: Exception) -> None:
        tries = self.state.tries + isinstance(error, WrongPin)
        self._show(replace(self.state, pin="", busy=False, trouble=error, tries=tries))

    def _show(self, state: ProvingState) -> None:
        self.state = state
        self.changed.emit()
