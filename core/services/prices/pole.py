"""Keeps the pole at the road in step with the board; what it would not show is written down once, and that it does again."""

from collections.abc import Mapping

from core.domain.events.prices import PoleShows, PoleSilent
from core.domain.faults import PricePoleSilent
from core.domain.ids import GradeCode
from core.domain.price import UnitPrice
from core.ports.price_pole import PricePole
from core.ports.unit_of_work import UnitOfWork


class PricePoleDesk:
    """Chore of the pumps' owner. A person still confirms by eye: that a sign took a figure does not say that it shines."""

    def __init__(self, work: UnitOfWork, pole: PricePole) -> None:
        self._work = work
        self._pole = pole
        self._shown: Mapping[GradeCode, UnitPrice] | None = None
        self._was_silent = False

    def keep(self) -> None:
        """Show the board where the pole does not show it yet. Raises PricePoleSilent; the next time round tries again."""
        with self._work.reading() as work:
            board = dict(work.prices.board().prices)
        if board == self._shown:
            return
        try:
            self._pole.show(board)
        except PricePoleSilent:
            self._shown = None
            if not self._was_silent:
                self._was_silent = True
                with self._work() as work:
                    work.record(PoleSilent())
            raise
        self._shown, self._was_silent = board, False
        with self._work() as work:
            told = " ".join(f"{grade} {price.li}" for grade, price in sorted(board.items()))
            work.record(PoleShows(told))
