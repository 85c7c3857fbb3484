"""What the controller has stored of past transactions: its report, asked in pieces that fit into an answer."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from core.devices.pumps.pts.conversation import UNKNOWN_REQUEST, Conversation, refusal_of
from core.devices.pumps.pts.endings import Endings
from core.devices.pumps.pts.fields import AnswerUnfit, Fields
from core.devices.pumps.pts.messages import Answer, Request
from core.devices.pumps.pts.statuses import MOST_PUMPS, record_of
from core.domain.faults import PumpAnswerUnfit
from core.domain.ids import PumpNumber
from core.domain.pump import EndedFill

_NO_CARD = 7  # it has nothing to keep records on
_NONE_FOUND = 22
_LATER = {8, 10, 101}
_PIECE = timedelta(hours=6)
# A record's start and end are both asked for: a fill that began before the window is still one that ended in it.
_LONGEST_FILL = timedelta(hours=1)
_CLOCK_SLACK = timedelta(minutes=1)


class Stored:
    """Reads the controller's own store, from any thread."""

    def __init__(self, conversation: Conversation, endings: Endings) -> None:
        self._conversation = conversation
        self._endings = endings

    def fills(self, since: datetime, until: datetime, pump: PumpNumber | None) -> Sequence[EndedFill]:
        """Fills that ended in this time, oldest first. Raises PumpRefused, PumpAnswerUnfit, PumpLineDown."""
        apart = self._conversation.wall_clock.apart or timedelta(0)
        found: dict[tuple[int, int, datetime], EndedFill] = {}
        for begin, end in _pieces(since - _LONGEST_FILL - _CLOCK_SLACK, until + _CLOCK_SLACK):
            for fill in self._piece(begin, end, pump):
                if since <= fill.ended_at - apart <= until:
                    found[fill.pump, fill.transaction, fill.ended_at] = fill
        return sorted(found.values(), key=lambda fill: (fill.ended_at, fill.pump, fill.transaction))

    def _piece(self, begin: datetime, end: datetime, pump: PumpNumber | None) -> list[EndedFill]:
        clock = self._conversation.wall_clock
        question = Request(
            "ReportGetPumpTransactions",
            {
                "Pump": pump or 0,
                "DateTimeStart": _words(clock.on_its_clock(begin)),
                "DateTimeEnd": _words(clock.on_its_clock(end)),
            },
        )
        answer = self._conversation.look([question])[0]
        if answer is None or answer.code in _LATER:
            raise PumpAnswerUnfit
        if answer.code in {UNKNOWN_REQUEST, _NO_CARD, _NONE_FOUND}:
            return []
        if answer.code is not None:
            raise refusal_of(answer, pump or 0)
        return self._read(answer)

    def _read(self, answer: Answer) -> list[EndedFill]:
        if not isinstance(answer.data, list):
            raise PumpAnswerUnfit
        fills: list[EndedFill] = []
        for row in answer.data:
            try:
                fields = Fields(row, answer.type)
                record = record_of(fields, fields.whole("Pump", 1, MOST_PUMPS))
            except AnswerUnfit as unfit:
                raise PumpAnswerUnfit from unfit
            if record.volume or record.amount:
                fills.append(self._endings.made(record))
        return fills


def _pieces(begin: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Windows of a few hours, each overlapping the next by the longest fill, so that none lies across a border."""
    while begin < end:
        yield begin, min(begin + _PIECE, end)
        if begin + _PIECE >= end:
            return
        begin += _PIECE - _LONGEST_FILL


def _words(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")
