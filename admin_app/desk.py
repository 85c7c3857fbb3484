"""Joins presenters, rooms and sheets of the manager's desk."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from admin_app.accounts import sheets as account_sheets
from admin_app.accounts.presenter import AccountsPresenter
from admin_app.accounts.screen import AccountsScreen
from admin_app.connections.lamps import lamps
from admin_app.connections.presenter import ConnectionsPresenter
from admin_app.connections.screen import ConnectionsScreen
from admin_app.history.presenter import HistoryPresenter
from admin_app.history.screen import HistoryScreen
from admin_app.offers.offer_sheet import OfferSheet
from admin_app.offers.presenter import OffersPresenter
from admin_app.offers.screen import OffersScreen
from admin_app.orders.presenter import OrdersPresenter
from admin_app.orders.screen import OrdersScreen
from admin_app.overview import need_words
from admin_app.overview.presenter import OverviewPresenter
from admin_app.overview.screen import OverviewScreen
from admin_app.prices.presenter import PricesPresenter
from admin_app.prices.screen import PricesScreen
from admin_app.prices.sheets import PriceSheets
from admin_app.products.goods_sheet import GoodsSheet
from admin_app.products.presenter import ProductsPresenter
from admin_app.products.screen import ProductsScreen
from admin_app.question import Question
from admin_app.reconciliation.case_sheet import CaseSheet
from admin_app.reconciliation.presenter import ReconciliationPresenter
from admin_app.reconciliation.screen import ReconciliationScreen
from admin_app.refreshing import RefreshingPresenter
from admin_app.rooms import Room
from admin_app.sales.presenter import SalesPresenter
from admin_app.sales.screen import SalesScreen
from admin_app.shifts.correction_sheet import CorrectionSheet
from admin_app.shifts.presenter import ShiftsPresenter
from admin_app.shifts.screen import ShiftsScreen
from admin_app.staff.change_sheet import ChangeSheet
from admin_app.staff.person_sheet import PersonSheet
from admin_app.staff.presenter import StaffPresenter
from admin_app.staff.role_sheet import RoleSheet
from admin_app.staff.screen import StaffScreen
from admin_app.tanks import sheets as tank_sheets
from admin_app.tanks.presenter import TanksPresenter
from admin_app.tanks.screen import TanksScreen
from admin_app.window import DeskWindow
from core.domain.events.event import Event
from core.domain.events.people import RoleChanged, StaffChanged
from core.domain.ids import GoodsId, OfferId, StaffId
from core.domain.product import Goods
from core.domain.staff import Permission, Role, StaffMember
from core.ports.clock import Clock
from core.qt.approval.presenter import Approvals
from core.qt.approval.sheet import ApprovalSheet
from core.qt.event_bridge import EventBridge
from core.qt.notices import Notices, Tone
from core.qt.sign_in.presenter import SignInPresenter
from core.qt.sign_in.screen import SignInScreen
from core.wording import formats, names
from core.wording.catalogue import _

MAY_ENTER = (Permission.SEE_REPORTS,)
_LOOK_ROUND_MS = 5_000  # what no event tells: the clock, unsent messages, a till that fell silent


@dataclass(frozen=True, slots=True)
class Presenters:
    """One of each."""

    sign_in: SignInPresenter
    approvals: Approvals
    overview: OverviewPresenter
    prices: PricesPresenter
    sales: SalesPresenter
    orders: OrdersPresenter
    shifts: ShiftsPresenter
    reconciliation: ReconciliationPresenter
    products: ProductsPresenter
    offers: OffersPresenter
    accounts: AccountsPresenter
    staff: StaffPresenter
    history: HistoryPresenter
    connections: ConnectionsPresenter
    tanks: TanksPresenter


class Desk(QObject):
    """The window with everything in it. `open_file` shows a written paper in the system's own reader."""

    def __init__(  # noqa: PLR0915 - a line a room
        self,
        presenters: Presenters,
        notices: Notices,
        clock: Clock,
        *,
        station: str,
        open_file: Callable[[Path], object] | None = None,
        window: DeskWindow | None = None,
    ) -> None:
        """`window` is the one that shows already."""
        super().__init__()
        self._p = presenters
        self._notices = notices
        self._clock = clock
        self._open_file = open_file or _show_in_reader
        self._room: Room | None = None
        self._person: StaffMember | None = None
        self._rooms: dict[Room, RefreshingPresenter] = {
            Room.OVERVIEW: presenters.overview,
            Room.PRICES: presenters.prices,
            Room.TANKS: presenters.tanks,
            Room.SALES: presenters.sales,
            Room.ORDERS: presenters.orders,
            Room.SHIFTS: presenters.shifts,
            Room.RECONCILIATION: presenters.reconciliation,
            Room.PRODUCTS: presenters.products,
            Room.OFFERS: presenters.offers,
            Room.ACCOUNTS: presenters.accounts,
            Room.STAFF: presenters.staff,
            Room.HISTORY: presenters.history,
            Room.CONNECTIONS: presenters.connections,  # how everything is stands in the overview's figures
        }
        title = _("{station}: manager's desk").format(station=station)
        self.window = window or DeskWindow(notices, title)
        self.window.setWindowTitle(title)
        self.window.strip.where.setText(station)
        self.overview = OverviewScreen(presenters.overview)
        self.prices = PricesScreen(presenters.prices)
        self.tanks = TanksScreen(presenters.tanks)
        self.sales = SalesScreen(presenters.sales)
        self.orders = OrdersScreen(presenters.orders)
        self.shifts = ShiftsScreen(presenters.shifts)
        self.reconciliation = ReconciliationScreen(presenters.reconciliation)
        self.products = ProductsScreen(presenters.products)
        self.offers = OffersScreen(presenters.offers)
        self.accounts = AccountsScreen(presenters.accounts)
        self.staff = StaffScreen(presenters.staff)
        self.history = HistoryScreen(presenters.history)
        self.connections = ConnectionsScreen(presenters.connections)
        self._goods = GoodsSheet()
        self._new_person = PersonSheet()
        self._change_person = ChangeSheet()
        self._role = RoleSheet()
        self._leaving = Question("leave_question")
        self._approval = ApprovalSheet(presenters.approvals, self.window.layers, cards=False)
        self._correction = CorrectionSheet(presenters.shifts, self.window.layers)
        self._case = CaseSheet(presenters.reconciliation, self.window.layers)
        self._account_sheets = account_sheets.join(presenters.accounts, self.window.layers)
        self._add_pages()
        self._price_sheets = PriceSheets(
            presenters.prices, self.prices, self.window.layers, notices, self._open_file
        )
        self._tank_sheets = tank_sheets.join(presenters.tanks, self.window.layers)
        presenters.tanks.said.connect(self._notices.good)
        self._join_products()
        self._join_offers()
        self._join_staff()
        self._join_rest()
        self._seconds = QTimer(self, interval=1_000)
        self._seconds.timeout.connect(self._show_clock)
        self._seconds.timeout.connect(presenters.tanks.tick)
        self._rounds = QTimer(self, interval=_LOOK_ROUND_MS)
        self._rounds.timeout.connect(self.touched)
        self._show_clock()
        self.window.show_sign_in()

    def start(self) -> None:
        """Show the sign-in and let time run."""
        self._p.sign_in.begin()
        self._p.overview.enter()
        self._seconds.start()
        self._rounds.start()

    def stop(self) -> None:
        """No more ticking, and no walk through a journal that outlasts the window."""
        self._p.history.stop_verifying()
        self._seconds.stop()
        self._rounds.stop()

    def listen(self, bridge: EventBridge) -> None:
        """Hear of everything that happens at the station, here and in the other programs."""
        bridge.on(Event, lambda _event: self.touched())
        for moved in (StaffChanged, RoleChanged):
            bridge.on(moved, lambda _event: self._p.sign_in.reload())

    def touched(self) -> None:
        """Something may have changed: what shows is read anew."""
        self._p.overview.touched()
        if self._room is not None and self._rooms[self._room] is not self._p.overview:
            self._rooms[self._room].touched()

    def go(self, room: Room) -> None:
        """Open a room."""
        if self._person is None:
            return
        if self._room is not None:
            self._rooms[self._room].leave()
        self._room = room
        self.window.show_room(room)
        self._rooms[room].enter()

    # --- people -----------------------------------------------------------------------------------------------------

    def _signed_in(self, person: StaffMember) -> None:
        self._person = person
        self._notices.clear()
        self._p.approvals.serve(person.id)
        for presenter in self._rooms.values():
            presenter.serve(person.id)
        self.window.strip.who.setText(f"{names.role(person.role)} {person.name}")
        self.go(Room.OVERVIEW)

    def _sign_out(self) -> None:
        if self._room is not None:
            self._rooms[self._room].leave()
        self._room = self._person = None
        self.window.strip.who.setText("")
        self.window.show_sign_in()
        self._p.sign_in.begin()

    # --- joining ----------------------------------------------------------------------------------------------------

    def _add_pages(self) -> None:
        window = self.window
        window.add_sign_in(SignInScreen(self._p.sign_in, _("Manager's desk: who are you?")))
        for room, page in (
            (Room.OVERVIEW, self.overview),
            (Room.PRICES, self.prices),
            (Room.TANKS, self.tanks),
            (Room.SALES, self.sales),
            (Room.ORDERS, self.orders),
            (Room.SHIFTS, self.shifts),
            (Room.RECONCILIATION, self.reconciliation),
            (Room.PRODUCTS, self.products),
            (Room.OFFERS, self.offers),
            (Room.ACCOUNTS, self.accounts),
            (Room.STAFF, self.staff),
            (Room.HISTORY, self.history),
            (Room.CONNECTIONS, self.connections),
        ):
            window.add_room(room, page)
        window.rail.room_chosen.connect(self.go)
        window.rail.lock.connect(self._sign_out)
        window.strip.lamp_pressed.connect(lambda _lamp: self.go(Room.CONNECTIONS))
        self._p.sign_in.signed_in.connect(self._signed_in)

    def _join_products(self) -> None:
        products, layers = self._p.products, self.window.layers

        def open_sheet() -> None:
            draft = products.state.draft
            if draft is not None:
                self._goods.begin(draft)
                layers.open(self._goods, self._goods.name)

        def begin_new() -> None:
            products.begin_new()
            open_sheet()

        def begin_change(goods: str) -> None:
            products.begin_change(GoodsId(goods))
            open_sheet()

        def show() -> None:
            self._goods.show_state(products.state)
            if products.state.draft is None:
                layers.close_sheet(self._goods)

        def saved(goods: Goods) -> None:
            self._notices.good(
                _("Saved: {name}, {price}.").format(name=goods.name, price=formats.money(goods.price))
            )

        self.products.new_wanted.connect(begin_new)
        self.products.change_wanted.connect(begin_change)
        self._goods.typed.connect(products.type_draft)
        self._goods.wanted.connect(products.save)
        self._goods.left.connect(products.give_up)
        products.changed.connect(show)
        products.saved.connect(saved)

    def _join_offers(self) -> None:
        offers, layers = self._p.offers, self.window.layers
        self._offer, self._ending = OfferSheet(), Question("end_offer_question")

        def open_sheet() -> None:
            draft = offers.state.draft
            if draft is not None:
                self._offer.begin(draft, tuple(offers.state.figures.prices))
                self._offer.show_state(offers.state)
                layers.open(self._offer, self._offer.name)

        def begin_new() -> None:
            offers.begin_new()
            open_sheet()

        def begin_change(offer: str) -> None:
            offers.begin_change(OfferId(offer))
            open_sheet()

        def ask_end(offer: str) -> None:
            title = next((o.title for o in offers.state.figures.book.offers if o.id == offer), "")
            self._ending.ask(
                layers,
                _("End {title}?").format(title=title),
                _("From now on it takes nothing off any bill. It stays in the history."),
                _("End it"),
                lambda: offers.end(OfferId(offer)),
            )

        def show() -> None:
            self._offer.show_state(offers.state)
            if offers.state.draft is None:
                layers.close_sheet(self._offer)

        self.offers.new_wanted.connect(begin_new)
        self.offers.change_wanted.connect(begin_change)
        self.offers.end_wanted.connect(ask_end)
        self._offer.typed.connect(offers.type_draft)
        self._offer.wanted.connect(offers.save)
        self._offer.left.connect(offers.give_up)
        offers.changed.connect(show)
        offers.saved.connect(lambda _what: self._notices.good(_("Saved; bills reckon by it from now on.")))

    def _join_staff(self) -> None:
        staff, layers = self._p.staff, self.window.layers

        def begin_new() -> None:
            staff.begin_new()
            self._new_person.begin(staff.state)
            layers.open(self._new_person, self._new_person.name)

        def begin_change(person: str) -> None:
            staff.begin_change(StaffId(person))
            layers.open(self._change_person)

        def begin_role(code: str) -> None:
            staff.begin_role(code)
            if staff.state.role_draft is not None:
                self._role.begin(staff.state.role_draft)
            self._role.show_state(staff.state)
            layers.open(self._role, self._role.name)

        def show() -> None:
            state = staff.state
            for sheet, wanted in (
                (self._new_person, state.draft),
                (self._change_person, state.changed_person),
                (self._role, state.role_draft),
            ):
                sheet.show_state(state)
                if wanted is None:
                    layers.close_sheet(sheet)

        self.staff.new_wanted.connect(begin_new)
        self.staff.change_wanted.connect(begin_change)
        self.staff.back_wanted.connect(lambda person: staff.come_back(StaffId(person)))
        self.staff.role_wanted.connect(begin_role)
        self._new_person.typed.connect(staff.type_draft)
        self._new_person.wanted.connect(staff.add)
        self._role.typed.connect(staff.type_role)
        self._role.wanted.connect(staff.save_role)
        self._role.away.connect(staff.put_role_away)
        for sheet in (self._new_person, self._change_person, self._role):
            sheet.left.connect(staff.give_up)
        self._join_changing()
        staff.changed.connect(show)
        staff.told.connect(self._tell_staff)

    def _join_changing(self) -> None:
        staff, sheet = self._p.staff, self._change_person

        def on(call: Callable[..., object]) -> Callable[..., None]:
            def go(*what: object) -> None:
                person = staff.state.changed_person
                if person is not None:
                    call(person.id, *what)

            return go

        def ask() -> None:
            person = staff.state.changed_person
            if person is not None:
                self._leaving.ask(
                    self.window.layers,
                    _("Does {name} leave?").format(name=person.name),
                    _("{name} can no longer sign in anywhere. What was done before keeps the name.").format(
                        name=person.name
                    ),
                    _("Yes, leaves"),
                    lambda: staff.leave_for_good(person.id),
                )

        sheet.role_chosen.connect(on(staff.change_role))
        sheet.pin_typed.connect(on(staff.change_pin))
        sheet.card_wanted.connect(on(staff.give_card))
        sheet.card_taken.connect(on(staff.take_card))
        sheet.leave_wanted.connect(ask)

    def _join_rest(self) -> None:
        self.overview.room_wanted.connect(self.go)
        self._p.overview.changed.connect(self._show_health)
        self._p.overview.alarmed.connect(lambda need: self._notices.act(need_words.words(need)))
        self._p.overview.calmed.connect(lambda: self._notices.good(_("Somebody is going to help.")))
        self._p.sales.reprinted.connect(lambda: self._notices.good(_("The receipt was printed again.")))
        tested = self._p.connections.papers.tested
        tested.connect(lambda: self._notices.good(_("The test page was printed.")))
        self._p.shifts.written.connect(self._written)
        self._p.accounts.written.connect(self._written)
        self._p.tanks.written.connect(self._written)
        self._p.accounts.printing.connect(lambda: self._notices.good(_("The statement is being printed.")))
        self._p.reconciliation.said.connect(
            lambda _case: self._notices.good(_("Written down with your name."))
        )
        self._p.shifts.printed.connect(lambda: self._notices.good(_("The Z is being printed again.")))
        self._p.shifts.corrected.connect(lambda: self._notices.good(_("The entry stands beside the Z.")))

    def _show_health(self) -> None:
        state = self._p.overview.state
        self.window.strip.show_lamps(lamps(state.health))
        self.connections.show_health(state.health)
        red = any(need.tone is Tone.RED for need in state.needs)
        self.window.rail.show_needs(len(state.needs), Tone.RED if red else Tone.AMBER)

    def _tell_staff(self, name: str, what: str, role: Role) -> None:
        said = {
            "added": _("{name} works here now and can sign in."),
            "role": _("{name} is {role} from now on."),
            "pin": _("{name} has a new PIN."),
            "card_taken": _("The card of {name} is no good any more."),
            "left": _("{name} does not work here any more."),
            "back": _("{name} works here again and can sign in."),
            "role_saved": _("{role}: written down. It counts from now on."),
            "role_away": _("{role}: put away."),
        }[what]
        if what == "pin":
            self._change_person.forget_pin()
        self._notices.good(said.format(name=name, role=names.role(role)))

    def _written(self, path: Path) -> None:
        self._notices.good(_("Written: {path}").format(path=path))
        self._open_file(path)

    def _show_clock(self) -> None:
        self.window.strip.clock.setText(formats.short_moment(self._clock.now()))


def _show_in_reader(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
