"""Joins presenters, screens and sheets of the till: who is signed in decides what shows."""

from collections.abc import Callable
from functools import cached_property
from weakref import WeakMethod

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QShortcut

from core.domain.blocker import Blocker, BlockerKind
from core.domain.events.pumps import FillFinished
from core.domain.events.station import ClockWentBack
from core.domain.ids import FillId, PrepayId
from core.domain.money import Money
from core.domain.pump import PumpReading
from core.domain.refusals.sales import SaleIsEmpty
from core.domain.sale import Sale
from core.domain.staff import Permission, StaffMember
from core.domain.station_order import StationOrder
from core.ports.clock import Clock
from core.qt.notices import Notices
from core.qt.sign_in.screen import SignInScreen
from core.wording import formats, names
from core.wording.catalogue import _
from core.wording.events import CLOCK_WENT_BACK
from pos_app import later
from pos_app.at_pumps import AtPumps
from pos_app.attendant.forecourt.screen import ForecourtScreen
from pos_app.cashier.counter.screen import CounterScreen
from pos_app.cashier.counter.sheets import CounterSheets
from pos_app.cashier.payment.sheets import PaymentSheets
from pos_app.cashier.shift.open_screen import ShiftOpenScreen
from pos_app.cashier.shift.sheets import ShiftSheets
from pos_app.health import PAPERS_KEY, Conditions, lamps
from pos_app.lock.idle import Idle
from pos_app.lock.page import LockPage
from pos_app.papers_sheet import PapersSheet
from pos_app.places import COUNTER, FORECOURT
from pos_app.presenters import Presenters, Serves
from pos_app.question import Question
from pos_app.scans import Hearers, Scans, WantsCard
from pos_app.window import TillWindow


class Till(QObject):
    """The window with everything in it. `place` is "counter", "forecourt", or empty: then the person's role decides."""

    def __init__(
        self,
        presenters: Presenters,
        notices: Notices,
        clock: Clock,
        *,
        station: str,
        place: str = "",
        window: TillWindow | None = None,
        lock_after_seconds: int = 0,
        forecourt_lock_after_seconds: int = 0,
    ) -> None:
        """`window` is the one that shows already; after so long without a touch a place locks, with 0 never."""
        super().__init__()
        self.presenters = self._p = presenters
        self._notices = notices
        self._clock = clock
        self._place = place
        self._person: StaffMember | None = None
        self._books_busy = False
        large = place == FORECOURT
        self.window = window or TillWindow(notices, station)
        self.window.setWindowTitle(station)
        self.window.strip.where.setText(station)
        self.sign_in = SignInScreen(presenters.sign_in, _title(place), large)
        self.counter = CounterScreen(
            presenters.counter, presenters.receipts, presenters.pumps, presenters.orders
        )
        for page in (self.sign_in, self.counter):
            self.window.add_page(page)
        layers = self.window.layers
        self._approval = later.approval(presenters.approvals, layers)
        self._station = station
        self._lock: LockPage | None = None
        self._lock_after = {True: forecourt_lock_after_seconds, False: lock_after_seconds}
        self.idle = Idle(clock, 0)
        self.shift = ShiftSheets(presenters.shift, presenters.drawer, presenters.closing, self.window.layers)
        self._sheets = CounterSheets(self.counter, presenters.counter, self.window.layers, clock)
        self._payment = PaymentSheets(
            presenters.payment, presenters.counter, presenters.receipts, self.window.layers
        )
        self._refund = later.refund(presenters.refund, layers)
        self._at_pumps = AtPumps(presenters, self.counter, layers, notices, large)
        self.window.add_band(self._at_pumps.band, has_room=large)
        self._prepays, self._fills = (
            later.prepays(presenters.prepays, presenters.pumps, layers),
            later.fills(presenters.fills, layers, clock),
        )
        # Weak: a till that holds itself is let go of by whichever thread looks for rubbish, its timers with it.
        window, counter, wanted = self.window, self.counter, WeakMethod(self._wanted)
        hearers = Hearers(
            lambda: ask() if (ask := wanted()) is not None else None,
            self._approval,
            lambda: window.page is counter,
            self.shift,
            self._payment,
            self._refund,
            self._prepays,
            self._fills,
            self._sheets,
            presenters.counter.code_given,
        )
        self.scans = Scans(hearers, presenters.payment, self.window.layers, notices)
        self._papers = PapersSheet(presenters.receipts.papers, self.window.layers)
        self._cancel = Question(
            "cancel_question",
            _("Cancel this bill?"),
            _("The lines go away; fills wait to be paid again."),
            _("Cancel bill"),
        )
        self._seconds = QTimer(self, interval=1_000)
        self._seconds.timeout.connect(self._tick)
        self._join_people()
        self._join_pumps_and_orders()
        self._join_sale()
        self._tick()
        self.window.show_page(self.sign_in, working=False)

    @cached_property
    def forecourt(self) -> ForecourtScreen:
        """The pumps; built where somebody serves there."""
        page = ForecourtScreen(self._p.pumps, self._p.orders)
        self.window.add_page(page)
        self._at_pumps.join_forecourt(page)
        return page

    @cached_property
    def shift_open(self) -> ShiftOpenScreen:
        """What lies in the drawer; built where no shift is open."""
        page = ShiftOpenScreen(self._p.shift)
        self.window.add_page(page)
        page.leave.connect(self._sign_out)
        return page

    def _cover(self) -> None:
        """Show nothing but the lock, built when the till locks for the first time."""
        if self._lock is None:
            self._lock = LockPage(self._p.unlock, self._station, self._place == FORECOURT)
            self._lock.stop_all.connect(self.window.ask_to_stop)
            self.window.add_cover(self._lock)
        self.window.cover()

    def start(self) -> None:
        """Show the sign-in and let the seconds run."""
        self._p.sign_in.begin()
        self._seconds.start()
        self.idle.start()

    def stop(self) -> None:
        """No more ticking."""
        self._seconds.stop()
        self.idle.stop()

    def show_health(self, conditions: Conditions) -> None:
        """Paint how printer, pumps and cloud are."""
        shown = lamps(conditions)
        self.window.strip.show_lamps(shown)
        self._show_busy(conditions.books_busy)
        for presenter in (self._p.payment, self._p.counter.members):
            presenter.saw_cloud(bool(conditions.cloud))
        self._papers.show_lamp(next(lamp for lamp in shown if lamp.name == "printer"))
        self.papers_changed()

    def _show_busy(self, busy: bool) -> None:
        """What was asked waits for another program's writing, which ends by itself or with a fault of its own."""
        words = _("The database is busy: another program is writing. What you asked for goes on by itself.")
        now, before, self._books_busy = self._notices.now, self._books_busy, busy
        if busy and not before:
            self._notices.watch(words)
        elif not busy and now is not None and now.text == words:
            self._notices.clear()

    def papers_changed(self) -> None:
        """Something was posted for the printer, came out, or was taken away."""
        self._papers.look_again()

    def _show_papers(self) -> None:
        if self._person is not None and self.window.page is self.counter and not self.window.is_covered:
            self._papers.begin()

    def read(self, reading: PumpReading) -> None:
        """A live reading of a pump."""
        self._p.pumps.read(reading)
        self._p.orders.read(reading)

    def scanned(self, code: str) -> None:
        """A scanner read a code, wherever the focus is."""
        self.idle.touched()
        self.scans.scanned(code)

    def _wanted(self) -> WantsCard | None:
        if self.window.is_covered:
            return self._p.unlock
        return self._p.sign_in if self._person is None else None

    def clock_went_back(self, event: ClockWentBack) -> None:
        """The machine's clock stands before the last sale; it goes on selling."""
        self._notices.watch(_(CLOCK_WENT_BACK).format(behind_minutes=event.behind_minutes))

    # --- people -----------------------------------------------------------------------------------------------------

    def _join_people(self) -> None:
        self._p.sign_in.signed_in.connect(self._signed_in)
        self._p.shift.known.connect(self._shift_known)
        self._p.shift.changed.connect(self._show_who)
        self._p.closing.ended.connect(self._sign_out)
        self._p.closing.handed_to.connect(self._handed_over)
        self.shift.opened.connect(self._open_blocker)
        self.window.lock.connect(self._lock_by_hand)
        self.idle.idle.connect(self._lock_by_idling)
        self._p.unlock.locked.connect(self._cover)
        self._p.unlock.opened.connect(self._unlocked)
        self._join_printer()

    def _join_printer(self) -> None:
        papers = self._p.receipts.papers
        self.window.strip.lamp_pressed.connect(self._lamp_pressed)
        QShortcut(PAPERS_KEY, self.window, self._show_papers)
        papers.tested.connect(lambda: self._notices.good(_("The test page was printed.")))

    def _lamp_pressed(self, lamp: str) -> None:
        if lamp == "printer":
            self._show_papers()

    def _signed_in(self, person: StaffMember) -> None:
        self._person = person
        self.idle.wait(self._lock_after[self._at_forecourt(person)])
        self._notices.clear()
        self._p.pumps.serve(person.id)
        self._p.orders.serve(person.id)
        self._p.approvals.serve(person.id)
        self._p.prepays.serve(person.id)
        self._p.helping.serve(person.id)
        self._p.manual.take_over(person.id)
        self._p.fills.serve(person.id)
        self._p.drawer.take_over(person.id)
        self._p.closing.take_over(person.id)
        if self._at_forecourt(person):
            self._show_who()
            self.window.show_page(self.forecourt, working=True)
        else:
            self._p.shift.serve(person.id)

    def _lock_by_hand(self) -> None:
        if self._person is not None:
            self._p.unlock.lock(self._person)

    def _lock_by_idling(self) -> None:
        if self._person is not None:
            self._p.unlock.lock(self._person, idle=True)

    def _unlocked(self, person: StaffMember) -> None:
        before, self._person = self._person, person
        self.window.uncover()
        if before is None or person.id == before.id:
            return
        if self._at_forecourt(person) != self._at_forecourt(before):
            self._signed_in(person)
            return
        # The bill stays as it lies there, with whoever began it as its cashier; what is done from now on is this person's.
        for presenter in self._served:
            presenter.take_over(person.id)
        self._show_who()

    @property
    def _served(self) -> tuple[Serves, ...]:
        p = self._p
        shift = (p.shift, p.drawer, p.closing)
        sale = (p.counter, p.payment, p.receipts, p.refund)
        return (p.pumps, p.orders, p.helping, p.approvals, *shift, *sale, p.prepays, p.manual, p.fills)

    def _at_forecourt(self, person: StaffMember) -> bool:
        if self._place:
            return self._place == FORECOURT
        return not person.may(Permission.SELL)

    def _shift_known(self, shift: object) -> None:
        person = self._person
        if person is None or self._at_forecourt(person) or self._p.closing.is_on:
            return
        self._show_who()
        if shift is None:
            self.window.show_page(self.shift_open, working=False)
        elif self.window.page is not self.counter:
            # First the empty page: what lies over it, a payment without an answer, must not be put away with the page before.
            self.window.show_page(self.counter, working=True)
            self._serve_counter(person)

    def _serve_counter(self, person: StaffMember) -> None:
        self._p.payment.serve(person.id)
        self._p.receipts.serve(person.id)
        self._p.refund.serve(person.id)
        self._p.counter.serve(person.id)  # last: it may bring up a payment

    def _handed_over(self, person: StaffMember) -> None:
        """The next person is at the till; nothing on it stopped."""
        self._signed_in(person)
        self._serve_counter(person)

    def shift_turned(self) -> None:
        """A shift began or ended, here or at another till."""
        # While the count is on the screen, its own presenter leads.
        if self._person is not None and not self._p.closing.is_on:
            self._p.shift.reload()

    def _open_blocker(self, blocker: Blocker) -> None:
        subject, counter = blocker.subject, self._p.counter
        match blocker.kind:
            case BlockerKind.OPEN_BILL | BlockerKind.HELD_BILL:
                if counter.state.sale is None or counter.state.sale.id != subject:
                    self._sheets.recall(subject)
            case BlockerKind.UNPAID_FILL:
                counter.take_fill(FillId(subject))
            case BlockerKind.OPEN_PREPAY | BlockerKind.PREPAY_OVERRUN:
                self._p.prepays.open(PrepayId(subject))

    def _sign_out(self) -> None:
        if self._p.payment.is_on_its_way:
            self._notices.watch(_("Finish the payment first."))
            return
        self._person = None
        self._p.payment.leave()
        self._show_who()
        self.window.show_page(self.sign_in, working=False)
        self._p.sign_in.begin()

    def _show_who(self) -> None:
        person, state = self._person, self._p.shift.state
        words = []
        if person is not None:
            words.append(f"{names.role(person.role)} {person.name}")
            if state.shift is not None and not self._at_forecourt(person):
                since = formats.time_of_day(state.shift.opened_at)
                words.append(_("Shift {number} since {time}").format(number=state.shift.number, time=since))
                if state.shift.opened_by != person.id and state.opened_by:
                    words.append(_("opened by {name}").format(name=state.opened_by))
        self.window.strip.who.setText("   ".join(words))

    # --- pumps and orders -------------------------------------------------------------------------------------------

    def _join_pumps_and_orders(self) -> None:
        pumps, orders = self._p.pumps, self._p.orders
        self.window.stop_all.connect(pumps.stop_all)
        self.window.release_all.connect(pumps.release_all)
        pumps.changed.connect(lambda: self.window.show_stopped(pumps.state.stopped is not None))
        pumps.changed.connect(lambda: self.window.show_by_hand(pumps.state.by_hand))
        pumps.all_stopped.connect(self._tell_stopped)
        pumps.all_released.connect(lambda: self._notices.good(_("Pumps may be released again.")))
        self._join_prepays()
        orders.arrived.connect(self._announce)

    def _tell_stopped(self) -> None:
        told = _("Every pump was told to stop.")
        self._notices.act(f"{told} {self.window.goes_on}".strip())

    def _join_prepays(self) -> None:
        prepays, panel = self._p.prepays, self.counter.pump_panel
        panel.prepays_wanted.connect(prepays.begin)
        panel.prepay_chosen.connect(lambda prepay: prepays.open(PrepayId(prepay)))
        prepays.changed.connect(lambda: panel.show_prepays(len(prepays.state.open_ones)))
        # What goes back is seen through like any other refund: cash counted out, a provider that refuses.
        prepays.returned.connect(self._p.refund.see_through)
        prepays.owed.connect(self._collect_overrun)
        fills = self._p.fills
        fills.wanted.connect(self._pay_fill)
        panel.fills_wanted.connect(fills.begin)
        fills.changed.connect(lambda: panel.show_fills(fills.state.fills.to_decide))

    def _collect_overrun(self, prepay: str) -> None:
        if self.window.page is self.counter:
            self._p.counter.add_overrun(PrepayId(prepay))
        else:
            self._notices.watch(_("It is paid at the counter. Send the customer there."))

    def _pay_fill(self, fill: str) -> None:
        if self.window.page is self.counter:
            self._p.counter.take_fill(FillId(fill))
        else:
            self._notices.watch(_("It is paid at the counter. Send the customer there."))

    def fills_changed(self) -> None:
        """Somebody decided about a fill, or one was found missing."""
        self._p.pumps.reload()
        self._p.fills.reload()

    def prepays_changed(self) -> None:
        """A prepay took a step, here or at another till."""
        self._p.pumps.reload()
        self._p.prepays.reload()

    def fill_finished(self, event: FillFinished) -> None:
        """A pump's fill was booked."""
        self._p.pumps.reload()
        self._p.orders.fill_finished(event)

    def _announce(self, order: StationOrder) -> None:
        much = formats.litres(order.volume) if order.by_volume else formats.money(order.ordered)
        text = _("New order: {plate}, pump {pump}, {grade}, {much}, paid").format(
            plate=order.plate, pump=order.pump, grade=names.grade(order.grade), much=much
        )
        # On the forecourt the card itself is the announcement; a banner would lie over the pumps.
        if self._person is not None and self.window.page is self.counter:
            self._notices.watch(text, passing=True)

    # --- the sale ---------------------------------------------------------------------------------------------------

    def _join_sale(self) -> None:
        counter, payment, pay = self._p.counter, self._p.payment, self.counter.pay
        pay.pay_code.connect(lambda: self._with_sale(self._begin_code))
        pay.pay_cash.connect(lambda: self._with_sale(payment.begin_cash))
        pay.refund_wanted.connect(self._p.refund.begin)
        counter.number_given.connect(self._refund_by_number)
        self._sheets.pay_wanted.connect(self._pay_from_balance)
        pay.cancel_sale.connect(lambda: self._cancel.ask(self.window.layers, counter.cancel_sale))
        pay.shift_wanted.connect(self.shift.begin)
        counter.payer_code.connect(self._payer_code)
        counter.changed.connect(self._payment_sees_sale)
        counter.completed.connect(self._p.receipts.sold)
        counter.completed.connect(payment.finished)
        counter.found_unclear.connect(payment.begin_code)
        counter.parked_ended.connect(self._parked_ended)
        payment.sale_seen.connect(counter.saw)
        payment.left_for_later.connect(counter.park)

    def _refund_by_number(self, number: str) -> None:
        """A paid bill's or a refund's number was scanned or typed: what was bought may come back."""
        self._p.refund.begin()
        self._p.refund.seek(number)

    def _with_sale(self, call: Callable[[Sale], object]) -> None:
        sale = self._p.counter.state.sale
        if sale is not None:
            call(sale)

    def _begin_code(self, sale: Sale) -> None:
        if sale.due:
            self._p.payment.begin_code(sale)
        else:
            self._p.payment.finish_free(sale)

    def _payer_code(self, code: str) -> None:
        sale = self._p.counter.state.sale
        if sale is None or not sale.due:
            self._notices.fault(SaleIsEmpty())
            return
        self._p.payment.begin_code(sale)
        self._p.payment.code_given(code)

    def _pay_from_balance(self, code: str, amount: Money) -> None:
        """A member who told his digits pays all or a part of it; the code is used up by that."""
        sale = self._p.counter.state.sale
        if sale is not None:
            self._p.counter.members.spent()
            self._p.payment.begin_code(sale)
            self._p.payment.code_given(code, amount if amount < sale.due else None)

    def _payment_sees_sale(self) -> None:
        sale = self._p.counter.state.sale
        if sale is not None:
            self._p.payment.saw(sale)

    def _parked_ended(self, sale: Sale) -> None:
        self._p.receipts.sold(sale)
        self._notices.good(
            _("The unclear payment of {amount} has come in.").format(amount=formats.money(sale.total))
        )

    def _tick(self) -> None:
        self.window.strip.clock.setText(formats.short_moment(self._clock.now()))
        self._p.orders.tick()
        self._p.helping.tick()
        self._p.payment.tick()


def allowed_at(place: str) -> tuple[Permission, ...]:
    """Who may sign in at a place."""
    both = {COUNTER: (Permission.SELL,), FORECOURT: (Permission.SERVE_ORDERS,)}
    return both.get(place, (Permission.SELL, Permission.SERVE_ORDERS))


def _title(place: str) -> str:
    titles = {COUNTER: _("Counter: who are you?"), FORECOURT: _("Forecourt: who are you?")}
    return titles.get(place, _("Who are you?"))
