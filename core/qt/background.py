"""Runs a use case on a worker, and brings its answer back to the screen's thread."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

T = TypeVar("T")

Submit = Callable[[Callable[[], object]], "Future[object]"]
"""What a pool of workers offers: run this call some time, tell by the Future."""

Otherwise = Callable[[Exception], None]
"""Takes what a use case raised: a Refusal, a Fault, or a bug."""


class Runs(Protocol):
    """What a presenter needs: use cases run elsewhere, answers arrive on its own thread."""

    def run(
        self,
        call: Callable[[], T],
        then: Callable[[T], object] | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        """Run a quick use case, in the order asked."""
        ...

    def run_outside(
        self,
        call: Callable[[], T],
        then: Callable[[T], object] | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        """Run a use case that waits for the world, beside others."""
        ...


class Background(QObject):
    """Lives on the GUI thread, so that its one signal brings every answer there.

    `failed` takes what nobody else takes: use Notices.fault, so that nothing fails in silence.
    """

    _answered = Signal(object)

    def __init__(
        self, in_order: Submit, outside: Submit, failed: Otherwise, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._in_order = in_order
        self._outside = outside
        self._failed = failed
        self._open = True
        self._answered.connect(self._deliver)

    def run(
        self,
        call: Callable[[], T],
        then: Callable[[T], object] | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        """Run a quick use case, in the order asked."""
        self._submit(self._in_order, call, then, otherwise)

    def run_outside(
        self,
        call: Callable[[], T],
        then: Callable[[T], object] | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        """Run a use case that waits for the world, beside others."""
        self._submit(self._outside, call, then, otherwise)

    def close(self) -> None:
        """From now on answers fall on the floor: the screens that asked are gone."""
        self._open = False

    def _submit(
        self,
        submit: Submit,
        call: Callable[[], T],
        then: Callable[[T], object] | None,
        otherwise: Otherwise | None,
    ) -> None:
        def at_work() -> object:
            answer: Callable[[], object]
            try:
                result = call()
            except Exception as error:  # noqa: BLE001  Whatever it is, the screen that waits has to hear of it.
                known = error  # Python forgets `error` at the end of this block.
                answer = lambda: (otherwise or self._failed)(known)  # noqa: E731
            else:
                answer = lambda: then(result) if then is not None else None  # noqa: E731
            if self._open:
                self._answered.emit(answer)
            return None

        if self._open:
            submit(at_work)

    def _deliver(self, answer: Callable[[], object]) -> None:
        if self._open:
            answer()


class Inline:
    """Runs each use case at once, on the spot: for tests of presenters and for screens shown without a station."""

    def __init__(self, failed: Otherwise | None = None) -> None:
        self._failed = failed

    def run(
        self,
        call: Callable[[], T],
        then: Callable[[T], object] | None = None,
        otherwise: Otherwise | None = None,
    ) -> None:
        """Run it now."""
        try:
            result = call()
        except Exception as error:
            taker = otherwise or self._failed
            if taker is None:
                raise
            taker(error)
            return
        if then is not None:
            then(result)

    run_outside = run
