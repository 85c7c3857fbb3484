"""What the till says aloud, and the speaker in its strip."""

from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from core.domain.events.pumps import PumpStopRequested
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.money import Money
from core.protocol.codec import wrap
from core.protocol.from_cloud import OrderCarAnswered
from core.qt.speech.announcer import Announcer
from core.qt.speech.loudness import Loudness
from core.qt.speech.voices import Voice
from core.wording.spoken import Announcement
from pos_app.sound.announcements import Announcements
from pos_app.sound.control import SoundControl
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import an_order, begin_selling, taking_cash, waiting_for_a_payer
from tests.pos_app.till_station import RunningTill


class Mouth(Voice):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def begin(self, said: Announcement, volume: int) -> None:
        self.said.append(said.text or said.chime)
        assert 0 < volume <= 100
        self.ended.emit()


class Speaking:
    def __init__(self, till: RunningTill) -> None:
        self.till = till
        self.mouth = Mouth()
        self.announcer = Announcer(self.mouth)
        shown = till.presenters
        self.announcements = Announcements(
            self.announcer, (shown.counter, shown.payment, shown.pumps, shown.orders, shown.helping)
        )
        self.announcements.listen(till.bridge)
        self.control = SoundControl(self.announcer, till.window.layers)
        till.window.strip.add_button(self.control.button)

    @property
    def said(self) -> list[str]:
        return self.mouth.said


@pytest.fixture
def speaking(open_till: OpenTill) -> Speaking:
    return Speaking(open_till())


def test_a_new_order_is_said_with_pump_grade_and_amount(speaking: Speaking) -> None:
    begin_selling(speaking.till)
    an_order(speaking.till, "云A12345", 4, 20_000, 0)
    assert speaking.said == ["线上新订单，4号枪，92号汽油，￥200.00，已支付"]


def test_cash_is_said_with_its_change_once(speaking: Speaking) -> None:
    taking_cash(speaking.till)
    speaking.said.clear()
    speaking.till.press("cash_quick_35000")
    speaking.till.press("cash_go")
    assert speaking.said == ["收现金￥350.00，找零￥49.98"]


def test_a_code_payment_is_said_when_it_has_come_in_and_not_before(speaking: Speaking) -> None:
    waiting_for_a_payer(speaking.till)
    speaking.said.clear()
    assert speaking.till.presenters.payment.state.pending is not None
    speaking.till.station.gateway.payer_pays(speaking.till.presenters.payment.state.pending.id, Money(30_002))
    speaking.till.press("code_check")
    assert speaking.said == ["收款成功￥300.02"]


def test_each_part_of_a_split_bill_is_said(speaking: Speaking) -> None:
    taking_cash(speaking.till)
    speaking.said.clear()
    speaking.till.write("cash_given", "100")
    speaking.till.press("cash_go")
    assert speaking.said == ["收款成功￥100.00"]


def test_a_fill_that_is_to_be_paid_is_said(speaking: Speaking, qtbot: QtBot) -> None:
    begin_selling(speaking.till)
    speaking.till.station.an_unreleased_fill(3, 26_512)
    qtbot.waitUntil(lambda: speaking.said == ["3号枪加油完成，应付￥265.12"], timeout=5_000)


def test_a_fill_of_an_online_order_is_not_asked_to_be_paid(speaking: Speaking) -> None:
    begin_selling(speaking.till)
    order = an_order(speaking.till, "云A12345", 4, 20_000, 0)
    for _step in range(3):
        speaking.till.presenters.orders.next_step(order)
    speaking.till.station.pumps.fuel(PumpNumber(4), Money(12_345))
    speaking.till.station.pumps.finish(PumpNumber(4), NozzleNumber(1), Money(18_000))
    assert not any("应付" in words for words in speaking.said)


def test_an_emergency_stop_is_said_and_one_pump_that_stops_is_not(speaking: Speaking) -> None:
    speaking.till.station.bus.publish(PumpStopRequested(3, "x"))
    assert speaking.said == []
    speaking.till.station.bus.publish(PumpStopRequested(0, "x"))
    assert speaking.said == ["紧急停止，所有油枪已停。"]


def test_the_speaker_opens_its_sheet_and_mutes(speaking: Speaking) -> None:
    till = speaking.till
    begin_selling(till)
    till.press("sound")
    assert till.read("sound_volume") == "70%"
    till.press("sound_louder")
    assert till.read("sound_volume") == "80%"
    assert speaking.said == ["收款成功￥200.00"]
    till.press("sound_mute")
    assert till.read("sound_volume") == "静音"
    assert till.reason("sound_try") == "请先打开声音。"
    till.press("sound_sheet_back")
    assert speaking.control.button.toolTip().startswith("已静音")


# --- what waits ----------------------------------------------------------------------------------------------------------


def test_an_order_that_waits_is_said_again_and_then_even_where_the_sound_is_off(speaking: Speaking) -> None:
    till = speaking.till
    begin_selling(till)
    an_order(till, "云A12345", 4, 20_000, 0)
    speaking.said.clear()
    speaking.announcer.set_loudness(Loudness(muted=True))
    for seconds in (61, 20, 20, 20):
        till.station.clock.move(timedelta(seconds=seconds))
        till.presenters.orders.tick()
    assert speaking.said == ["4号枪有线上订单等待受理"]  # the fourth, after two minutes


def test_help_and_a_customer_on_the_way_are_said(speaking: Speaking) -> None:
    till, station = speaking.till, speaking.till.station
    begin_selling(till)
    station.helping.call(station.attendant, PumpNumber(3))
    station.an_unreleased_fill(5, 10_000)
    station.helping.hand(station.forecourt.unpaid()[0].id, station.attendant)
    assert speaking.said[0] == "3号枪呼叫支援"
    assert "5号枪的顾客到收银台付款，￥100.00" in speaking.said


def test_a_drivers_answer_and_a_car_that_does_not_come_are_said(speaking: Speaking) -> None:
    till, station = speaking.till, speaking.till.station
    begin_selling(till)
    order = an_order(till, "云A12345", 4, 20_000, 0)
    till.presenters.orders.next_step(order)
    station.orders.turning.car_differs(order, "5", station.attendant)
    speaking.said.clear()
    answer = OrderCarAnswered(order_id=order, mine=True)
    station.cloud_mailbox.put(wrap(answer, station.ids(), station.clock.now()))
    station.mailbox.fetch()
    station.clock.move(timedelta(minutes=6))
    station.orders.standing.look()
    assert speaking.said == ["4号枪：司机确认是他的车", "4号枪：线上订单的车没有到"]
