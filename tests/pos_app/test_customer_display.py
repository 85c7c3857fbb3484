"""The customer's screen shows the bill, one code, the change and thanks, and never takes the focus."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from core.domain.ids import MemberId
from core.domain.member import SaleMember
from core.domain.payment import PaymentState, Tender
from core.qt.widgets.labels import LEFT
from core.wording.catalogue import Language, use
from pos_app.customer_display.display import CustomerDisplay
from pos_app.customer_display.pieces import CodePicture, LinesList, Shown
from pos_app.customer_display.showing import Stage, greeting
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import (
    a_counter_at_its_limits,
    a_member_pays_with_everything,
    a_member_with_a_long_name,
    done_with_change,
    waiting_for_a_payer,
)
from tests.pos_app.till_station import RunningTill


class Watched:
    """A till and what its customer sees."""

    def __init__(self, till: RunningTill) -> None:
        self.till = till
        shown = till.presenters
        self.display = CustomerDisplay(
            (shown.counter, shown.payment, shown.pumps),
            till.window,
            till.station.clock,
            station="昆明北站加油站",
            sells=lambda: till.window.page is till.till.counter,
            on_second_screen=False,
        )
        self.display.start()
        self.display.preview()

    @property
    def stage(self) -> Stage:
        return self.display.state.stage

    def read(self, name: str) -> str:
        found = self.display.window.findChild(Shown, name)
        assert found is not None
        return found.text() if not found.isHidden() else ""

    def code(self) -> CodePicture:
        return self.display.window.bill_page.code

    def asks_for_a_code(self) -> None:
        a_member_pays_with_everything(self.till)
        self.till.press("pay_code")
        self.till.station.gateway.next_state = PaymentState.PENDING
        self.till.presenters.payment.show_qr(Tender.WECHAT)


@pytest.fixture
def watched(open_till: OpenTill) -> Iterator[Watched]:
    built = Watched(open_till())
    yield built
    built.display.stop()


def test_nobody_there_shows_station_clock_and_prices(watched: Watched) -> None:
    watched.till.sign_in()
    watched.display._tick()
    assert watched.stage is Stage.IDLE
    assert watched.read("customer_station") == "昆明北站加油站"
    assert watched.read("customer_clock") == "14:00"
    assert (watched.read("customer_grade_0"), watched.read("customer_price_0")) == ("92号汽油", "7.81")


def test_a_bill_shows_litres_goods_and_each_discount_with_its_minus(watched: Watched) -> None:
    a_member_pays_with_everything(watched.till)
    state = watched.display.state
    assert (state.lines[0].what, state.lines[0].how) == ("3号机 95号汽油", "31.87 升 × 8.32 元/升")
    assert state.taken_off == (
        ("金卡每升减0.20", "-￥6.37"),
        ("满225减15", "-￥15.00"),
        ("500 积分", "-￥5.00"),
        ("抹零", "-￥0.75"),
    )
    assert watched.read("customer_due") == "￥253.00"
    assert watched.read("customer_before") == "原价 ￥280.12"


def test_a_member_is_greeted_without_his_name_or_number() -> None:
    member = SaleMember(MemberId("a"), "张三丰", "138****1234", level_title="金卡")
    assert greeting(member) == "您好，张**  金卡"
    nameless = SaleMember(MemberId("a"), "", "138****1234")
    assert greeting(nameless) == "您好，138****1234"
    assert greeting(None) == ""


def test_one_code_shows_black_on_white_with_its_quiet_zone_and_its_time(watched: Watched) -> None:
    watched.asks_for_a_code()
    assert watched.stage is Stage.CODE
    assert watched.code().content() == watched.till.presenters.payment.state.qr
    assert watched.read("customer_words") == "请用微信支付扫码付款"
    assert watched.read("customer_left") == "05:00 内有效"
    picture = watched.code()
    drawn = picture.grab().toImage()
    module, modules = picture.module, len(picture._modules)
    left = (picture.width() - module * (modules + 8)) // 2
    top = (picture.height() - module * (modules + 8)) // 2
    assert module >= 4
    for row in range(-4, modules + 4):
        for column in range(-4, modules + 4):
            inside = 0 <= row < modules and 0 <= column < modules
            dark = inside and bool(picture._modules[row][column])
            at = drawn.pixelColor(
                left + (column + 4) * module + module // 2, top + (row + 4) * module + module // 2
            )
            assert (at.lightness() < 128) == dark


def test_a_code_whose_time_is_over_is_not_shown(watched: Watched) -> None:
    watched.asks_for_a_code()
    watched.till.station.clock.move(timedelta(minutes=6))
    watched.till.presenters.payment.tick()
    assert watched.stage is Stage.WAITING
    assert watched.code().content() == ""


def test_a_payer_who_types_a_password_is_told_so(watched: Watched) -> None:
    waiting_for_a_payer(watched.till)
    assert watched.stage is Stage.WAITING
    assert watched.read("customer_words") in ("请在手机上完成付款", "正在付款，请稍候")


def test_cash_shows_what_was_given_and_what_comes_back_and_then_the_prices(watched: Watched) -> None:
    done_with_change(watched.till)
    assert watched.display.state.stage.value == "thanks"
    assert watched.read("customer_change") == "￥49.98"
    assert watched.read("customer_received") == "￥350.00"
    assert watched.read("customer_total") == "￥300.02"
    for _second in range(31):
        watched.display._tick()
    assert watched.stage is Stage.IDLE


def test_a_till_that_nobody_sells_at_shows_nothing_of_a_bill(watched: Watched) -> None:
    a_counter_at_its_limits(watched.till)
    watched.till.till._sign_out()
    watched.display._tick()
    assert watched.stage is Stage.IDLE


@pytest.mark.parametrize("size", [(1024, 600), (1366, 768), (1920, 1080)])
@pytest.mark.parametrize("language", [Language.CHINESE, Language.ENGLISH])
def test_forty_long_lines_fit_and_the_newest_are_seen(
    watched: Watched, size: tuple[int, int], language: Language
) -> None:
    use(language)
    watched.display.window.resize(*size)
    a_member_with_a_long_name(watched.till)
    lines = watched.display.window.findChild(LinesList)
    assert lines is not None
    assert 3 <= lines.room_for() < len(watched.display.state.lines)
    assert watched.read("customer_due").startswith("￥")


def test_the_window_never_wants_the_focus(watched: Watched) -> None:
    window = watched.display.window
    assert window.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert window.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert window.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert not window.testAttribute(Qt.WidgetAttribute.WA_QuitOnClose)


def test_the_preview_comes_and_goes_by_its_key(watched: Watched) -> None:
    assert watched.display.window.isVisible()
    watched.display._shortcut.activated.emit()
    assert not watched.display.window.isVisible()
    watched.display._shortcut.activated.emit()
    assert watched.display.window.isVisible()


def test_a_long_amount_shrinks_before_it_is_cut() -> None:
    words = Shown("amount", 100, align=LEFT)
    words.resize(400, 140)
    words.say("￥99,999,999.99")
    words.grab()
    assert words.text() == "￥99,999,999.99"
    words.close()


_TWO_SCREENS = """
import sys
from PySide6.QtWidgets import QApplication, QWidget
from core.qt import theme
from pos_app.customer_display.window import CustomerWindow, Placement
application = QApplication(["x"])
theme.wear(application, theme.load("light"), "pos")
till = QWidget()
till.show()
window = CustomerWindow("station")
placement = Placement(window, till, wanted=True)
placement.place()
application.processEvents()
own = till.screen()
second = next(screen for screen in application.screens() if screen is not own)
assert window.screen() is second and window.isVisible(), "not on the second screen"
assert window.geometry() == second.geometry(), (window.geometry(), second.geometry())
till.move(second.geometry().topLeft())
application.processEvents()
assert till.screen() is second
placement.place()
application.processEvents()
assert window.screen() is not till.screen(), "on the till's own screen"
placement.put_away()
assert not window.isVisible()
"""


def test_it_lies_on_the_screen_that_is_not_the_tills(tmp_path: Path) -> None:
    screens = [
        {"name": "till", "x": 0, "y": 0, "width": 1366, "height": 768},
        {"name": "customer", "x": 1366, "y": 0, "width": 1024, "height": 600},
    ]
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"screens": screens}))
    done = subprocess.run(
        [sys.executable, "-c", _TWO_SCREENS],
        env={"QT_QPA_PLATFORM": f"offscreen:configfile={config}", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
