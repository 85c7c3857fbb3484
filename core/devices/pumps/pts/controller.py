"""Port forecourt in the words of a jsonPTS controller."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from core.devices.links.link import Exchange
from core.devices.pumps.poller import Poller
from core.devices.pumps.pts.arrivals import Arrivals
from core.devices.pumps.pts.conversation import NOT_FILLING, NOT_OUR_TRANSACTION, Conversation, refusal_of
from core.devices.pumps.pts.counting import Census, Counting
from core.devices.pumps.pts.dialogue import Dialogue, turns
from core.devices.pumps.pts.endings import Endings
from core.devices.pumps.pts.fields import AnswerUnfit
from core.devices.pumps.pts.messages import ask_of, chosen
from core.devices.pumps.pts.pricing import Pricing
from core.devices.pumps.pts.restraints import Emergency, Restraints
from core.devices.pumps.pts.setup import read_setup
from core.devices.pumps.pts.statuses import LARGEST_TRANSACTION, TransactionInformation
from core.devices.pumps.pts.stored import Stored
from core.devices.pumps.pts.watch import Watch
from core.domain.controller import ControllerSetup, Totals
from core.domain.faults import PumpAnswerLost, PumpAnswerUnfit
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.price import UnitPrice
from core.domain.product import FuelGrade
from core.domain.pump import Authorisation, EndedFill, PresetKind, Pump, PumpState
from core.domain.refusals.pumps import PumpBusy, PumpNotFound, PumpRefused
from core.domain.refusals.refusal import Refusal
from core.ports.clock import Clock
from core.ports.forecourt import ForecourtListener, TransactionStatus

_log = logging.getLogger(__name__)

_PRESET_WORDS = {PresetKind.AMOUNT: "Amount", PresetKind.VOLUME: "Volume", PresetKind.FULL: "FullTank"}


class PtsForecourt:
    """The pumps of one controller. Nozzle numbers are the controller's; grades are mapped by their controller number.

    `booked` tells the transaction of the last fill in the books, by pump: what came after it and was closed by the
    controller itself is asked for when polling begins. With `by_grade` leave names fuels in place of nozzles, for
    controllers whose nozzles are numbered otherwise than ours.
    """

    def __init__(
        self,
        link: Exchange,
        pumps: Sequence[Pump],
        grades: Sequence[FuelGrade],
        clock: Clock,
        *,
        poll_seconds: float = 0.2,
        idle_poll_seconds: float = 0.5,
        booked: Callable[[], Mapping[PumpNumber, int]] = dict,
        by_grade: bool = False,
    ) -> None:
        self._pumps = {pump.number: pump for pump in pumps}
        self._conversation = Conversation(link, clock)
        self._arrivals = Arrivals()
        self._dialogue = Dialogue(self._conversation, self._arrivals)
        self._pricing = Pricing(self._conversation, self._dialogue, grades)
        self._endings = Endings(self._conversation, pumps, grades, clock)
        self._stored = Stored(self._conversation, self._endings)
        self._counting = Counting(self._conversation, self._dialogue, self._arrivals)
        self._restraints = Restraints(self._dialogue)
        self._emergency = Emergency(self._conversation, self._dialogue, tuple(self._pumps))
        self._by_grade = by_grade
        self._grade_numbers = {grade.code: grade.controller_grade for grade in grades}
        self._clock = clock
        self._booked = booked
        self._poll_seconds = (poll_seconds, idle_poll_seconds)
        self._poller: Poller | None = None
        self._watch: Watch | None = None

    @property
    def conversation(self) -> Conversation:
        """The line and the login, for whatever else hangs behind this controller."""
        return self._conversation

    def start(self, listener: ForecourtListener) -> None:
        """Begin to poll."""
        if self._poller is not None:
            raise RuntimeError("the pumps are being polled already")

        watch = self._watch = self.watch()
        self._counting.start()

        def line(up: bool, why: str) -> None:
            listener.line(up, why)
            if not up:
                watch.went_silent(listener)

        self._poller = Poller("pump poller", lambda: watch.look(listener), line, *self._poll_seconds)
        self._poller.start()

    def watch(self) -> Watch:
        """One look at all pumps after another, for whoever polls. A new one knows nothing yet: it tells every pump's state."""
        return Watch(
            self._conversation,
            tuple(self._pumps.values()),
            self._arrivals,
            self._endings,
            self._clock,
            booked=self._booked(),
            census=Census(self._conversation, self._counting, self._arrivals, tuple(self._pumps.values())),
        )

    def stop(self) -> None:
        """End polling; what pumps are doing goes on."""
        self._counting.stop()
        poller, self._poller = self._poller, None
        watch, self._watch = self._watch, None
        if poller is not None:
            poller.stop()
        if watch is not None:
            watch.stop()

    def authorise(self, authorisation: Authorisation) -> int:
        """Let the pump fill up to the preset; the controller's transaction number.

        Raises PumpBusy or PumpRefused (nothing happened), PumpAnswerLost (it may have: ask `promised`). Never sent twice.
        """
        pump = self._known(authorisation.pump)
        if self._emergency.is_on:
            raise PumpBusy(pump.number, PumpState.CLOSED)
        self._conversation.introduce()
        nozzle = authorisation.nozzle or (pump.nozzles[0].number if len(pump.nozzles) == 1 else None)
        if nozzle is None:
            self._pricing.check_list(pump)
        price = authorisation.price or (self._pricing.confirmed(pump.number, nozzle) if nozzle else None)
        answer = self._dialogue.command(
            pump.number,
            ask_of(
                pump.number,
                "PumpAuthorize",
                **chosen(pump, nozzle, self._grade_numbers if self._by_grade else None),
                Type=_PRESET_WORDS[authorisation.preset.kind],
                Dose=self._conversation.dose(pump.number, authorisation.preset),
                # One price cannot be meant for several grades: each nozzle then fills at the price of its own.
                Price=self._conversation.price(pump.number, price) if price and nozzle else None,
            ),
        )
        self._look_soon()
        if answer.code is not None:
            raise refusal_of(answer, pump.number)
        try:
            return answer.fields().whole("Transaction", 1, LARGEST_TRANSACTION)
        except AnswerUnfit as unfit:
            raise PumpAnswerLost from unfit

    def promised(self, pump: PumpNumber) -> TransactionStatus | None:
        """The transaction that is promised, filling or ended but not closed on this pump now, or None."""
        self._known(pump)
        self._conversation.introduce()
        try:
            status = self._dialogue.settled_status(pump)
        except (PumpBusy, PumpRefused) as refusal:
            raise PumpAnswerUnfit from refusal  # a question has no no for an answer: nothing is known of this pump
        if status.ended is not None:
            return TransactionStatus(pump, status.ended.transaction, False, self._endings.fill(status.ended))
        if status.transaction is not None:
            return TransactionStatus(pump, status.transaction, True, None)
        if not status.promised:
            return None
        # Ordered, and the number not told: the pump's newest transaction is the one, where it still runs.
        newest = self._dialogue.transaction(pump)
        if newest is None or not newest.running:
            raise PumpAnswerUnfit  # promised it is, under a number that cannot be found out yet
        return TransactionStatus(pump, newest.transaction, True, None)

    def transaction(self, pump: PumpNumber, transaction: int) -> TransactionStatus | None:
        """What became of a transaction; None where the controller does not know it."""
        self._known(pump)
        self._conversation.introduce()
        try:
            information = self._dialogue.transaction(pump, transaction)
        except (PumpBusy, PumpRefused) as refusal:
            raise PumpAnswerUnfit from refusal
        return self._in_domain_words(information) if information else None

    def cancel(self, pump: PumpNumber) -> None:
        """Take back a promise, or end a running fill at once (its amount is then final).

        Raises PumpBusy where the pump keeps its promise or belongs to another user, PumpAnswerLost where it is unclear.
        """
        self._known(pump)
        answer = self._dialogue.command(pump, ask_of(pump, "PumpStop"))
        self._look_soon()
        if answer.code is not None and answer.code != NOT_FILLING:
            raise refusal_of(answer, pump)
        for _turn in turns(3.0):
            if not self._dialogue.status(pump).promised:
                return
        raise PumpBusy(pump, PumpState.AUTHORISED)

    def stop_all(self) -> None:
        """Emergency: every pump, at once, in parallel. Raises the fault of a pump that could not be told, after all were."""
        self._emergency.stop_all()
        self._look_soon()

    def release_all(self) -> None:
        """After an emergency: pumps may be authorised again. Nothing starts by itself."""
        self._emergency.release()
        self._look_soon()

    def suspend(self, pump: PumpNumber) -> None:
        """Let a running fill pause. Raises PumpBusy, PumpRefused, PumpAnswerLost."""
        self._known(pump)
        self._restraints.suspend(pump)
        self._look_soon()

    def resume(self, pump: PumpNumber) -> None:
        """Let a paused fill go on. Raises PumpBusy, PumpRefused, PumpAnswerLost."""
        self._known(pump)
        self._restraints.resume(pump)
        self._look_soon()

    def lock(self, pump: PumpNumber) -> None:
        """Keep an idle pump for this station alone. Raises PumpBusy where another user has it, PumpRefused."""
        self._known(pump)
        self._restraints.lock(pump)

    def unlock(self, pump: PumpNumber) -> None:
        """Let others have the pump again. Raises PumpBusy, PumpRefused."""
        self._known(pump)
        self._restraints.unlock(pump)

    def close(self, pump: PumpNumber, transaction: int) -> None:
        """Tell the controller that the ended fill is booked. Closing twice is no error.

        Raises PumpBusy where the controller still holds it open: it will be told as ended again.
        """
        self._known(pump)
        refusal: Refusal | None = None
        try:
            question = ask_of(pump, "PumpCloseTransaction", Transaction=transaction)
            answer = self._dialogue.command(pump, question)
            if answer.code == NOT_OUR_TRANSACTION:
                # Unlocked while it ran, it is the controller's own: whoever locks the pump has it again.
                self._restraints.lock(pump)
                answer = self._dialogue.command(pump, question)
            refusal = refusal_of(answer, pump) if answer.code is not None else None
        except PumpAnswerLost as lost:
            refusal = lost
        # After a no or a lost answer: is it closed already? The pump itself says so.
        if refusal is not None and self._is_open(pump, transaction):
            state = refusal.state if isinstance(refusal, PumpBusy) else PumpState.FUELLING
            raise PumpBusy(pump, state) from refusal
        self._endings.close(pump, transaction)
        self._look_soon()

    def set_prices(self, pump: PumpNumber, prices: Mapping[NozzleNumber, UnitPrice]) -> None:
        """Give every nozzle of an idle pump its price and read it back. Raises PumpBusy, PumpRefused."""
        known = self._known(pump)
        for nozzle in prices:
            if known.nozzle(nozzle) is None:
                raise PumpNotFound(pump, nozzle)
        if prices:
            self._conversation.introduce()
            self._pricing.set(known, {int(nozzle): price for nozzle, price in prices.items()})

    def prices(self, pump: PumpNumber) -> Mapping[NozzleNumber, UnitPrice]:
        """The prices in the pump, of the nozzles that the station knows.

        A nozzle is left out where the controller would fill at another price than its pump has: set it again.
        """
        known = self._known(pump)
        self._conversation.introduce()
        inside = self._pricing.in_force(known)
        return {each.number: inside[each.number] for each in known.nozzles if each.number in inside}

    def totals(self, pump: PumpNumber) -> Mapping[NozzleNumber, Totals]:
        """The counters of the pump's nozzles as the pump has them now. Raises PumpBusy, PumpRefused, PumpAnswerLost."""
        known = self._known(pump)
        self._conversation.introduce()
        return self._counting.of(known)

    def history(
        self, since: datetime, until: datetime, pump: PumpNumber | None = None
    ) -> Sequence[EndedFill]:
        """What the controller has stored of fills that ended in this time, oldest first. Raises PumpRefused."""
        if pump is not None:
            self._known(pump)
        self._conversation.introduce()
        return self._stored.fills(since, until, pump)

    def clock_difference(self) -> timedelta:
        """The controller's clock minus ours, measured now. Raises PumpAnswerUnfit where it was never set."""
        apart = self._conversation.clock_apart()
        if apart is None:
            raise PumpAnswerUnfit
        return apart

    def set_clock(self) -> None:
        """Set the controller's clock by ours, in the zone that it keeps."""
        self._conversation.introduce()
        self._conversation.set_clock()
        self._conversation.clock_apart()

    def configuration(self) -> ControllerSetup:
        """How the controller is set up, asked now."""
        self._conversation.introduce()
        return read_setup(self._conversation)

    def _is_open(self, pump: PumpNumber, transaction: int) -> bool:
        status = self._dialogue.status(pump)
        return status.ended is not None and status.ended.transaction == transaction

    def _in_domain_words(self, information: TransactionInformation) -> TransactionStatus:
        record = information.record
        return TransactionStatus(
            PumpNumber(information.pump),
            information.transaction,
            information.running,
            self._endings.fill(record) if record is not None else None,
        )

    def _known(self, number: PumpNumber) -> Pump:
        pump = self._pumps.get(number)
        if pump is None:
            raise PumpNotFound(number)
        return pump

    def _look_soon(self) -> None:
        poller = self._poller
        if poller is not None:
            poller.look_soon()
