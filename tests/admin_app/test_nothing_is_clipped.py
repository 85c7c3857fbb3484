"""No word of the desk is cut off, in either language, at the sizes that a manager has.

YOUZHAN_PICTURES=FOLDER keeps a picture of each.
"""

import os
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from admin_app.prices.presenter import Moment
from admin_app.rooms import Room
from admin_app.tanks.presenter import Form, Page
from core.domain.ids import NozzleId
from core.domain.offer import LitreOffer, StepKind
from core.domain.price import PriceChangeState, UnitPrice
from core.domain.price_switch import BlockWhy, PriceBlock
from core.domain.price_view import PriceRules
from core.domain.price_window import WorkCalendar
from core.domain.product import G92, G95
from core.domain.pump import Preset, PresetKind, PumpState
from core.qt import theme
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.labels import ElidedWords
from core.wording.catalogue import Language, use
from tests.admin_app import tank_scene
from tests.admin_app.reconciliation_scene import a_case, unexplained_litres
from tests.admin_app.small_desk import Conditions, SmallDesk
from tests.services.small_station import PUMP_1, PUMP_2


def busy(desk: SmallDesk) -> None:
    """Sales on two Sundays, a price that waits, an order that nobody accepts, all that can be wrong."""
    station = desk.station
    station.clock.move(-timedelta(days=7, hours=2))
    for days in (7, 0):
        for pieces in (0, 2):
            bill = station.a_bill(station.a_fill(yuan=9_000), pieces=pieces)
            station.payments.take_cash(bill.id, bill.due, station.cashier)
        station.clock.move(timedelta(days=days))
    unexplained_litres(station)
    a_case(station)
    station.clock.move(timedelta(hours=2, minutes=10))
    station.a_fill(PUMP_1, yuan=400)
    station.an_order()
    station.forecourt.request(PUMP_2, None, Preset(PresetKind.FULL), station.cashier)
    station.prices.schedule(G92, UnitPrice(7_955), station.clock.now(), station.manager)
    station.prices.schedule(G95, UnitPrice(8_465), station.clock.now() + timedelta(hours=8), station.manager)
    station.prices.apply_due()
    station.clock.move(timedelta(minutes=30))
    station.pumps.tell(PUMP_1, PumpState.OFFLINE)
    for number, (title, kind) in enumerate(
        (("金卡会员日每升减0.35元（与券同享）", StepKind.MEMBER), ("夜间", StepKind.CAMPAIGN))
    ):
        station.offers.save(
            LitreOffer(
                station.offers.new_id(),
                title,
                kind,
                350,
                station.clock.now(),
                station.clock.now() + timedelta(days=90),
                grades=(G92, G95),
                levels=("gold", "silver"),
                weekdays=(0, 1, 5),
                month_days=(8, 18, 28),
                from_hour=22,
                until_hour=6,
            ),
            station.manager,
        )
        station.offers.set_floor((G92, G95)[number], UnitPrice(7_000), station.manager)
    desk.conditions = Conditions(printer="printer_out_of_paper")


def price_form(desk: SmallDesk) -> None:
    desk.desk.go(Room.PRICES)
    presenter = desk.p.prices
    presenter.choose(G95)
    presenter.type_price("9.999")
    presenter.begin_at(Moment.LATER)


def price_confirmation(desk: SmallDesk) -> None:
    price_form(desk)
    desk.click("price_schedule_go")


def price_trouble(desk: SmallDesk) -> None:
    """A blocked nozzle, a guide price that a proposed change is above, and two grades in the form."""
    station = desk.station
    station.prices.set_guides(
        {G92: UnitPrice(7_900), G95: UnitPrice(8_400)}, station.clock.now(), station.manager
    )
    station.prices.plan({G92: UnitPrice(7_990)}, station.clock.now() + timedelta(hours=10), station.manager)
    with station.work() as work:
        for nozzle in ("1-1", "1-2"):
            why = BlockWhy.OTHER_PRICE
            work.prices.save_block(
                PriceBlock(NozzleId(nozzle), UnitPrice(7_955), why, station.clock.now(), "price refused")
            )
    desk.desk.go(Room.PRICES)
    presenter = desk.p.prices
    presenter.choose(G92)
    presenter.type_price("7.99")
    presenter.keep_also()
    presenter.choose(G95)
    presenter.type_price("8.99")
    presenter.begin_at(Moment.MIDNIGHT)


def price_change(desk: SmallDesk) -> None:
    changes = desk.p.prices.state.board.changes
    running = next(row.change for row in changes if row.change.state is PriceChangeState.APPLYING)
    desk.p.prices.look_at(running.id)


def price_guides(desk: SmallDesk) -> None:
    desk.p.prices.look_at(None)
    desk.desk.go(Room.PRICES)
    desk.click("price_guides")


def case_form(desk: SmallDesk) -> None:
    desk.desk.go(Room.RECONCILIATION)
    desk.find("cases_table").selectRow(0)
    desk.click("case_look")


def goods_form(desk: SmallDesk) -> None:
    desk.desk.go(Room.PRODUCTS)
    desk.click("goods_new")


def offer_form(desk: SmallDesk) -> None:
    desk.desk.go(Room.OFFERS)
    desk.click("offer_new")


def person_form(desk: SmallDesk) -> None:
    desk.desk.go(Room.STAFF)
    desk.click("person_new")


def leaving(desk: SmallDesk) -> None:
    desk.desk.go(Room.STAFF)
    desk.click(f"person_change_{desk.station.attendant}")
    desk.click("person_leave")


def person_change(desk: SmallDesk) -> None:
    desk.desk.go(Room.STAFF)
    desk.click(f"person_change_{desk.station.cashier}")
    desk.click("person_card_give")


def role_form(desk: SmallDesk) -> None:
    desk.desk.go(Room.STAFF)
    desk.click("role_change_cashier")


def tanks(desk: SmallDesk) -> None:
    tank_scene.tanks(desk)
    tank_scene.truck(desk)
    desk.desk.go(Room.TANKS)


def tank_page(page: Page) -> Callable[[SmallDesk], None]:
    def turned(desk: SmallDesk) -> None:
        desk.desk.go(Room.TANKS)
        desk.p.tanks.turn_to(page)

    return turned


def tank_form(form: Form) -> Callable[[SmallDesk], None]:
    def opened(desk: SmallDesk) -> None:
        desk.p.tanks.open_form(form)

    return opened


def delivery_ordered(desk: SmallDesk) -> None:
    delivery = tank_scene.truck(desk)
    desk.p.tanks.reload()
    desk.p.tanks.open_delivery(delivery.id)


def delivery_settling(desk: SmallDesk) -> None:
    desk.p.tanks.give_up()
    delivery = tank_scene.settling(desk)
    tank_scene.noticed(desk, delivery)
    desk.p.tanks.reload()
    desk.p.tanks.open_delivery(delivery.id)


def delivery_measured(desk: SmallDesk) -> None:
    delivery = desk.p.tanks.state.delivery
    assert delivery is not None
    tank_scene.measured(desk, delivery, 14_175 + 9_730)
    desk.p.tanks.reload()


def gauge_silent(desk: SmallDesk) -> None:
    desk.p.tanks.give_up()
    desk.tanks.measuring.gauge_silent()
    desk.desk.go(Room.CONNECTIONS)
    desk.desk.touched()


def forged(desk: SmallDesk) -> None:
    with desk.station.database.writing() as transaction:
        for trigger in ("payments_keep_figures", "events_keep"):
            transaction.driver.execute(f"DROP TRIGGER IF EXISTS {trigger}")
        transaction.driver.execute("UPDATE payments SET tendered = 1")
        transaction.driver.execute("UPDATE events SET actor = 'x' WHERE number = 3")
    desk.desk.go(Room.HISTORY)
    desk.click("verify_go")


def opened(room: Room) -> Callable[[SmallDesk], None]:
    return lambda desk: desk.desk.go(room)


SCENES: dict[str, Callable[[SmallDesk], None]] = {
    **{room.value: opened(room) for room in Room},
    "price_form": price_form,
    "price_confirmation": price_confirmation,
    "price_trouble": price_trouble,
    "price_change": price_change,
    "price_guides": price_guides,
    "case_form": case_form,
    "goods_form": goods_form,
    "offer_form": offer_form,
    "person_form": person_form,
    "leaving": leaving,
    "person_change": person_change,
    "role_form": role_form,
    "tanks_full": tanks,
    "tank_readings": tank_page(Page.READINGS),
    "tank_alarms": tank_page(Page.ALARMS),
    "tank_dip": tank_form(Form.DIP),
    "tank_order": tank_form(Form.ORDER),
    "tank_adjust": tank_form(Form.ADJUST),
    "tank_move": tank_form(Form.MOVE),
    "tank_strap": tank_form(Form.STRAP),
    "tank_none": tank_form(Form.NONE),
    "delivery_ordered": delivery_ordered,
    "delivery_settling": delivery_settling,
    "delivery_measured": delivery_measured,
    "gauge_silent": gauge_silent,
    "gauge_silent_needs": opened(Room.OVERVIEW),
    "forged": forged,
}


@pytest.fixture(params=Language)
def busy_desk(qapp: QApplication, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallDesk]:
    use(request.param)
    theme.wear(qapp, theme.load("dark" if request.param is Language.ENGLISH else "light"), "admin")
    calendar = WorkCalendar(frozenset(), frozenset(), date(2026, 12, 31))
    built = SmallDesk(tmp_path, PriceRules(calendar=calendar, known_window=date(2026, 11, 20)))
    busy(built)
    built.sign_in()
    yield built
    built.close()


def test_nothing_is_clipped(busy_desk: SmallDesk, request: pytest.FixtureRequest):
    cut = []
    for name, scene in SCENES.items():
        scene(busy_desk)
        for _round in range(3):
            QCoreApplication.sendPostedEvents()
        if folder := os.environ.get("YOUZHAN_PICTURES"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            busy_desk.window.grab().save(str(Path(folder) / f"desk-{name}-{request.node.callspec.id}.png"))
        widgets = busy_desk.window.findChildren(QWidget)
        cut += [f"{name}: {said}" for each in widgets if each.isVisible() and (said := clipped(each))]
    assert cut == []


def clipped(widget: QWidget) -> str:
    """What is cut off of this widget's words; nothing where all of it shows."""
    if isinstance(widget, AmountLabel | ElidedWords) or not isinstance(widget, QLabel | QPushButton):
        return ""  # These shrink or end in dots on purpose, and say the whole on hover.
    if not widget.text():
        return ""
    wraps = isinstance(widget, QLabel) and widget.wordWrap()
    flags = Qt.AlignmentFlag.AlignLeft | (Qt.TextFlag.TextWordWrap if wraps else Qt.TextFlag(0))
    room = QRect(0, 0, widget.width() if wraps else 10_000, 10_000)
    widget.ensurePolished()
    needed = widget.fontMetrics().boundingRect(room, int(flags), widget.text().replace("&&", "&"))
    # A glyph's own bearing may stand over by a pixel.
    if needed.width() <= widget.width() + 1 and needed.height() <= widget.height() + 1:
        return ""
    return f"{widget.objectName()}: {widget.text()!r} needs {needed.size()}, has {widget.size()}"
