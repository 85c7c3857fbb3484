"""Port forecourt in the words of a Wayne Fusion controller."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone, tzinfo

from core.devices.pumps.fusion.board import STATUS, Board, Status
from core.devices.pumps.fusion.endings import Endings
from core.devices.pumps.fusion.hearing import ALL_STATES, Hearing
from core.devices.pumps.fusion.history import History
from core.devices.pumps.fusion.line import Line
from core.devices.pumps.fusion.marks import lock_of, number_in_payment, payment_mark
from core.devices.pumps.fusion.messages import Message
from core.devices.pumps.fusion.pricing import NOT_OFFERED, REFUSED, Pricing
from core.devices.pumps.fusion.promises import Promises
from core.devices.pumps.fusion.sales import SETTLED
from core.devices.pumps.fusion.setup import setup_of
from core.devices.pumps.fusion.states import DELIVERING
from core.domain.controller import ControllerSetup, Totals
from core.domain.faults import PumpAnswerLost, PumpAnswerUnfit, PumpLineDown
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.price import UnitPrice
from core.domain.product import FuelGrade
from core.domain.pump import Authorisation, EndedFill, PresetKind, Pump, PumpState
from core.domain.refusals.pumps import PumpBusy, PumpNotFound, PumpRefused
from core.ports.clock import Clock
from core.ports.forecourt import ForecourtListener, TransactionStatus

_CHINA = timezone(timedelta(hours=8))
_STOP_TRIES = 3
_LOOK_AGAIN_SECONDS = 0.1
_ASK_SECONDS = 0.3
_ERROR = "EVT_PUMP_ERROR_MSG_ID_"
_STANDING_STILL = (PumpState.IDLE, PumpState.CALLING)
_UNHEARD = (PumpState.INOPERATIVE, PumpState.CLOSED, PumpState.UNKNOWN, PumpState.OFFLINE)


class FusionForecourt:
    """The pumps of one controller, which says by itself what they do.

    `booked` tells the transaction of the last fill in the books, by pump: what ended after it is asked for when the
    line stands. `zone` is the controller's wall clock.
    """

    def __init__(
        self,
        line: Line,
        pumps: Sequence[Pump],
        grades: Sequence[FuelGrade],
        clock: Clock,
        *,
        zone: tzinfo = _CHINA,
        answer_seconds: float = 3.0,
        price_seconds: float = 10.0,
        booked: Callable[[], Mapping[PumpNumber, int]] = dict,
    ) -> None:
        self._line = line
        self._pumps = {pump.number: pump for pump in pumps}
        self._clock = clock
        self._zone = zone
        self._answer_seconds = answer_seconds
        self._booked = booked
        self._board = Board(self._pumps, clock)
        self._endings = Endings(line, clock)
        self._promises = Promises(clock)
        self._history = History(line, self._endings, self._promises, zone=zone, answer_seconds=answer_seconds)
        self._pricing = Pricing(line, grades, answer_seconds=answer_seconds, patience_seconds=price_seconds)
        self._hearing: Hearing | None = None

    def start(self, listener: ForecourtListener) -> None:
        """Begin to listen."""
        if self._hearing is not None:
            raise RuntimeError("the pumps are being listened to already")
        self._board.forget_told()
        self._hearing = Hearing(
            self._line,
            self._board,
            self._endings,
            self._promises,
            self._clock,
            listener=listener,
            zone=self._zone,
            booked=self._booked(),
        )
        self._line.start(self._hearing)

    def stop(self) -> None:
        """Hang up; what pumps are doing goes on."""
        self._line.stop()
        self._hearing = None

    def authorise(self, authorisation: Authorisation) -> int:
        """Let the pump fill up to the preset; our number for it, which comes back with its sale.

        The controller answers with the pump's new state alone. Raises PumpBusy or PumpRefused (nothing happened),
        PumpAnswerLost (it may have: ask `promised`). Never sent twice.
        """
        pump = self._known(authorisation.pump)
        status = self._status(pump.number)
        if status.state not in _STANDING_STILL:
            raise PumpBusy(pump.number, status.state)
        number = self._promises.make(pump.number, authorisation.preset)
        values = {
            **_preset(authorisation),
            "HO": _hoses(pump, authorisation),
            "PAY_IN": payment_mark(number),
            "LID": lock_of(number),
            "LM": "NORMAL",
            "FTS": "YES",
        }
        with self._line.hearing(lambda heard: _is_answer(heard, pump.number, number)) as answer:
            try:
                self._line.post(f"REQ_PUMP_PRESET_ID_{pump.number:03d}", values)
            except PumpLineDown:
                self._promises.forget(pump.number, number)
                raise
            came = self._awaited(pump.number, answer)
        if came is not None and came.is_about(_ERROR):
            self._promises.forget(pump.number, number)
            raise PumpRefused(pump.number, REFUSED, came.values.get("MSG", "")[:200])
        if came is None:
            raise PumpAnswerLost
        return number

    def promised(self, pump: PumpNumber) -> TransactionStatus | None:
        """The transaction that is promised, filling or ended but not closed on this pump now, or None."""
        self._known(pump)
        status = self._status(pump)
        if status.is_promised:
            standing = self._promises.on(pump)
            if status.mark is not None:
                return TransactionStatus(pump, status.mark, True, None)
            if status.marked_by_others or standing is None:
                if standing is None:
                    raise PumpBusy(pump, status.state)  # somebody else's at the controller
                raise PumpAnswerUnfit  # whose it is cannot be found out yet
            return TransactionStatus(pump, standing.number, True, None)
        ended = self._endings.open_on(pump)
        if ended:
            return TransactionStatus(pump, ended[0].transaction, False, ended[0])
        return None

    def transaction(self, pump: PumpNumber, transaction: int) -> TransactionStatus | None:
        """What became of a transaction; None where the controller does not know it."""
        self._known(pump)
        ended = self._endings.ended(pump, transaction)
        if ended is not None:
            return TransactionStatus(pump, transaction, False, ended)
        status = self._status(pump)
        standing = self._promises.on(pump)
        at_work = status.is_promised or status.state in _UNHEARD
        if status.mark == transaction or (standing and standing.number == transaction and at_work):
            return TransactionStatus(pump, transaction, True, None)
        past = self._history.find(pump, transaction)
        return TransactionStatus(pump, transaction, False, past) if past is not None else None

    def history(
        self, since: datetime, until: datetime, pump: PumpNumber | None = None
    ) -> Sequence[EndedFill]:
        """What the controller has stored of fills that ended in this time, oldest first."""
        pumps = (self._known(pump).number,) if pump is not None else tuple(self._pumps)
        return self._history.between(since, until, pumps)

    def cancel(self, pump: PumpNumber) -> None:
        """Take back a promise, or end a running fill at once (its amount is then final).

        Raises PumpBusy where the pump keeps its promise, PumpAnswerLost where it is unclear.
        """
        self._known(pump)
        status = self._status(pump)
        if status.state in DELIVERING:
            if self._hearing is not None:
                self._hearing.to_free.add(pump)
            self._tell(
                pump, "STOP", lambda now: now.state not in {PumpState.STARTED, PumpState.FUELLING}, PA="1"
            )
        elif status.is_promised:
            standing = self._promises.on(pump)
            try:
                self._tell(pump, "CLEAR_PRESET", lambda now: not now.is_promised)
            except PumpAnswerLost:  # what was let go without a preset has a word of its own
                self._tell(pump, "DEAUTH", lambda now: not now.is_promised)
            if standing is not None and not self._board.status(pump).is_promised:
                self._promises.forget(pump, standing.number)

    def suspend(self, pump: PumpNumber) -> None:
        """Let a running fill pause; doing it twice is no error. Raises PumpRefused where nothing runs, PumpAnswerLost."""
        state = self._running(pump).state
        if state is not PumpState.SUSPENDED:
            self._tell(pump, "PAUSE", lambda now: now.state is not PumpState.FUELLING)

    def resume(self, pump: PumpNumber) -> None:
        """Let a paused fill go on; doing it twice is no error. Raises PumpRefused where nothing runs, PumpAnswerLost."""
        status = self._running(pump)
        if status.state is PumpState.SUSPENDED:
            if status.stopped:
                self._tell(pump, "CLEAR_STOP", lambda now: not now.stopped)
            self._tell(pump, "REAUTH", lambda now: now.state is not PumpState.SUSPENDED)

    def lock(self, pump: PumpNumber) -> None:
        """Not in this protocol: a Fusion controller locks sales for a till, never a pump."""
        self._known(pump)
        raise PumpRefused(pump, NOT_OFFERED, "a Fusion controller locks sales for a till, not pumps")

    def unlock(self, pump: PumpNumber) -> None:
        """Nothing was ever locked."""
        self._known(pump)

    def stop_all(self) -> None:
        """Emergency: every pump, at once. Asked again pump by pump where one goes on."""
        if self._hearing is not None:
            self._hearing.to_free.clear()
        self._line.post("REQ_PUMP_STOP_ID_000", {"PA": "1"})
        for _tried in range(_STOP_TRIES):
            going = self._going(self._answer_seconds / _STOP_TRIES)
            if not going:
                return
            for pump in going:
                self._line.post(f"REQ_PUMP_STOP_ID_{pump:03d}", {"PA": "1"})
        raise PumpAnswerLost

    def release_all(self) -> None:
        """After an emergency: pumps may be authorised again. Nothing starts by itself."""
        self._line.post("REQ_PUMP_CLEAR_STOP_ID_000")
        for pump in self._pumps:
            status = self._board.status(pump)
            if status.state is PumpState.CLOSED and not status.stopped:
                self._line.post(f"REQ_PUMP_OPEN_ID_{pump:03d}")
        self._line.post(ALL_STATES)

    def close(self, pump: PumpNumber, transaction: int) -> None:
        """Clear the booked sale at the controller. Closing twice is no error.

        Raises PumpBusy where the controller still holds it open: it will be told as ended again.
        """
        self._known(pump)
        sale = self._endings.sale_of(pump, transaction)
        if sale is None:
            return
        values = {"SA": str(sale), "LID": lock_of(transaction)}
        answer = self._line.ask(
            "REQ_PAYMENT_CLEAR_SALE",
            {**values, "TY": SETTLED, "AT": payment_mark(transaction)},
            lambda heard: heard.event == "RES_PAYMENT_CLEAR_SALE" and heard.values.get("SA") == str(sale),
            self._answer_seconds,
        )
        cleared = answer is not None and answer.values.get("ST", "").upper() == "OK"
        if not cleared and not self._history.is_paid(pump, sale):
            raise PumpBusy(pump, PumpState.FUELLING)
        self._endings.closed(sale)
        self._line.post("REQ_PAYMENT_TRANSACTION_UNLOCK", values)

    def set_prices(self, pump: PumpNumber, prices: Mapping[NozzleNumber, UnitPrice]) -> None:
        """Give the grades behind these nozzles their prices and read them back. Raises PumpBusy, PumpRefused."""
        known = self._known(pump)
        for nozzle in prices:
            if known.nozzle(nozzle) is None:
                raise PumpNotFound(pump, nozzle)
        status = self._status(pump)
        if status.state is not PumpState.IDLE or self._endings.open_on(pump):
            raise PumpBusy(pump, status.state)
        if prices:
            self._pricing.set(known, prices)

    def prices(self, pump: PumpNumber) -> Mapping[NozzleNumber, UnitPrice]:
        """The prices in the pump, of the nozzles that the station knows."""
        known = self._known(pump)
        inside = self._pricing.prices(pump)
        return {each.number: inside[each.number] for each in known.nozzles if each.number in inside}

    def totals(self, pump: PumpNumber) -> Mapping[NozzleNumber, Totals]:
        """The counters after each nozzle's last sale, which is where they stand while the pump rests."""
        known = self._known(pump)
        status = self._status(pump)
        if status.is_promised:
            raise PumpBusy(pump, status.state)
        counters = self._history.counters(pump)
        if self._hearing is not None:
            heard = {nozzle: totals for (at, nozzle), totals in self._hearing.counters.items() if at == pump}
            counters = {**heard, **counters}
        if not counters:
            raise PumpRefused(
                pump, NOT_OFFERED, "the controller tells counters with sales, and has no sale of it"
            )
        return {each.number: counters[each.number] for each in known.nozzles if each.number in counters}

    def clock_difference(self) -> timedelta:
        """The controller's clock minus ours, by the last sale that it told: it cannot be asked."""
        apart = self._hearing.apart if self._hearing is not None else None
        if apart is None:
            raise PumpRefused(0, NOT_OFFERED, "a Fusion controller tells its time with its sales alone")
        return apart

    def set_clock(self) -> None:
        """Not in this protocol."""
        raise PumpRefused(0, NOT_OFFERED, "a Fusion controller's clock is set at the controller")

    def configuration(self) -> ControllerSetup:
        """How the controller is set up: its pumps, nozzles and grades, asked now."""
        return setup_of(self._pricing.hoses(), self._pricing.grades())

    # --- asking and waiting --------------------------------------------------------------------------------------------

    def _status(self, pump: PumpNumber) -> Status:
        """The pump's state, asked now. Raises PumpLineDown, PumpAnswerLost."""
        came = self._line.ask(
            f"REQ_PUMP_STATUS_ID_{pump:03d}",
            {},
            lambda heard: heard.is_about(STATUS) and heard.pump == pump,
            self._answer_seconds,
        )
        if came is None:
            raise PumpAnswerUnfit  # nothing is known of this pump
        return self._board.status(pump)

    def _awaited(self, pump: PumpNumber, answer: Callable[[float], Message | None]) -> Message | None:
        """What the pump says to a preset; where its news is lost or late, it is asked."""
        deadline = time.monotonic() + self._answer_seconds
        while (came := answer(_ASK_SECONDS)) is None and time.monotonic() < deadline:
            try:
                self._line.post(f"REQ_PUMP_STATUS_ID_{pump:03d}")
            except PumpLineDown:
                return None
        return came

    def _tell(self, pump: PumpNumber, what: str, done: Callable[[Status], bool], **values: str) -> None:
        """Command, and see the pump come to it. Raises PumpAnswerLost where it does not in time, PumpRefused for a no."""
        with self._line.hearing(lambda heard: heard.is_about(_ERROR) and heard.pump == pump) as trouble:
            self._line.post(f"REQ_PUMP_{what}_ID_{pump:03d}", values)
            deadline = time.monotonic() + self._answer_seconds
            while time.monotonic() < deadline:
                if done(self._status(pump)):
                    return
                no = trouble(_LOOK_AGAIN_SECONDS)
                if no is not None:
                    raise PumpRefused(pump, REFUSED, no.values.get("MSG", "")[:200])
        raise PumpAnswerLost

    def _going(self, seconds: float) -> list[PumpNumber]:
        """The pumps that still give fuel, or may, after this time."""
        self._line.post(ALL_STATES)
        deadline = time.monotonic() + seconds
        pause = threading.Event()
        while True:
            states = {pump: self._board.status(pump).state for pump in self._pumps}
            going = [
                pump for pump, state in states.items() if state in {PumpState.STARTED, PumpState.FUELLING}
            ]
            if not going or time.monotonic() >= deadline:
                return going
            pause.wait(_LOOK_AGAIN_SECONDS / 2)

    def _running(self, pump: PumpNumber) -> Status:
        self._known(pump)
        status = self._status(pump)
        if status.state not in DELIVERING:
            raise PumpRefused(pump, REFUSED, "nothing runs")
        return status

    def _known(self, number: PumpNumber) -> Pump:
        pump = self._pumps.get(number)
        if pump is None:
            raise PumpNotFound(number)
        return pump


def _preset(authorisation: Authorisation) -> dict[str, str]:
    preset = authorisation.preset
    match preset.kind:
        case PresetKind.AMOUNT:
            return {"TY": "MONEY", "VA": f"{preset.amount.fen // 100}.{preset.amount.fen % 100:02d}"}
        case PresetKind.VOLUME:
            whole, part = divmod(preset.volume.millilitres, 1000)
            return {"TY": "VOLUME", "VA": f"{whole}.{part:03d}"}
        case PresetKind.FULL:
            return {"TY": "MONEY", "VA": "FULL"}


def _hoses(pump: Pump, authorisation: Authorisation) -> str:
    if authorisation.nozzle is None:
        return ",".join(str(nozzle.number) for nozzle in pump.nozzles)
    price = authorisation.price
    # One price cannot be meant for several grades; for one nozzle it is named, whatever the controller's list says.
    at = f"@{price.li // 1000}.{price.li % 1000:03d}" if price is not None else ""
    return f"{authorisation.nozzle}{at}"


def _is_answer(heard: Message, pump: int, number: int) -> bool:
    """The pump shows that it is promised, by no other mark than ours, or says why not."""
    if heard.pump != pump:
        return False
    if heard.is_about(_ERROR):
        return True
    payment = heard.values.get("PAY_IN", "")
    if payment and number_in_payment(payment) != number:
        return False
    return heard.is_about(STATUS) and (
        heard.values.get("ST") in {"AUTHORIZED", "STARTING", "FUELLING"}
        or heard.values.get("SU") in {"MONEY_PRESET", "VOLUME_PRESET", "MONEY_PREPAY", "AUTHORIZATION"}
    )
