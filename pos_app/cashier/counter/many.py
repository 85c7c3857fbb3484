"""Asks before a bill takes more pieces than anybody buys: a digit that was left in the box, or one too many."""

from collections.abc import Callable

from core.qt.widgets.layers import Layers
from core.wording.catalogue import _
from pos_app.cashier.counter.pieces import MOST_UNASKED
from pos_app.question import Question


class ManyPieces:
    """Does what is wanted at once where it is usual, and after a yes where it is not."""

    def __init__(self, layers: Layers) -> None:
        self._layers = layers
        self._question: Question | None = None  # built when it is first asked

    def unless_many(self, pieces: int, then: Callable[[], object]) -> None:
        """`then`, once nobody doubts the number."""
        if pieces <= MOST_UNASKED:
            then()
            return
        if self._question is None:
            words = _("Look at the number again.")
            # Not Enter: the end of a torn scan would say yes.
            self._question = Question("many_question", "", words, _("Yes, so many"), key="F5")
        self._question.title.setText(_("Really {pieces} pieces?").format(pieces=pieces))
        self._question.ask(self._layers, then)
