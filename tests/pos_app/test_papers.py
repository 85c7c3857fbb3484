"""The printer's lamp: what waits for paper, why, taking one away, a test page; and the calm words of a silent printer."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.domain.events.papers import PrintJobCancelled
from core.domain.faults import PrinterOutOfPaper
from core.domain.money import Money
from core.qt.notices import Tone
from pos_app.health import lamps
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import Surroundings, begin_selling, well
from tests.pos_app.till_station import RunningTill, TillStation
from tests.services.small_station import WATER


@pytest.fixture
def till(open_till: OpenTill) -> RunningTill:
    opened = open_till(place="counter")
    begin_selling(opened)
    return opened


def sell(station: TillStation) -> str:
    bill = station.sales.open(station.cashier)
    station.sales.add_goods(bill.id, WATER, 1, station.cashier)
    return station.payments.take_cash(bill.id, Money(2_000), station.cashier).number


def test_the_lamp_opens_what_waits_and_why_and_one_is_taken_away(
    till: RunningTill, station: TillStation
) -> None:
    station.printer.fault = PrinterOutOfPaper()
    numbers = [sell(station) for _turn in range(3)]
    till.press("status_printer")
    jobs = station.receipts.waiting()
    assert len(jobs) == 3
    assert till.read(f"paper_{jobs[0].id}").startswith(f"小票 {numbers[0]}")
    assert "纸" in till.read(f"paper_why_{jobs[0].id}")
    assert till.read(f"paper_why_{jobs[1].id}") == "排队等待打印。"
    till.press(f"paper_cancel_{jobs[1].id}")
    assert [job.id for job in station.receipts.waiting()] == [jobs[0].id, jobs[2].id]
    assert not till.shows(f"paper_{jobs[1].id}")
    assert any(isinstance(event, PrintJobCancelled) for event in station.events)
    station.printer.fault = None
    station.receipts.work_queue()
    assert till.shows("papers_nothing")


def test_the_key_opens_it_and_a_test_page_comes_out(till: RunningTill, station: TillStation) -> None:
    QTest.keyClick(till.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert till.shows("papers_nothing")
    till.press("papers_test")
    assert len(station.printer.receipts) == 1
    assert till.read("notice_words") == "测试页已打印。"
    station.printer.fault = PrinterOutOfPaper()
    till.press("papers_test")
    assert len(station.receipts.waiting()) == 1
    till.press("papers_sheet_back")
    assert not till.shows("papers_test")


def test_the_lamp_says_why_and_how_many_wait() -> None:
    lamp = lamps(Surroundings(printer="printer_out_of_paper", papers_waiting=3))[0]
    assert lamp.words == "打印机：缺纸，3 张待打"
    assert lamp.tone is Tone.RED


def test_a_printer_that_never_says_how_it_is_has_calm_words() -> None:
    lamp = lamps(Surroundings(printer_known=False))[0]
    assert (lamp.words, lamp.tone) == ("打印机：请留意纸", Tone.GREY)
    assert lamp.detail == "这台打印机能打印，但不报告状态，请自己留意纸卷。"


def test_the_unsent_lamp_says_since_when(station: TillStation) -> None:
    lamp = lamps(Surroundings(waiting=60, waiting_since=station.clock.now()))[-1]
    assert lamp.detail == "有 60 条消息待上传云端，最早的一条从 11-22 14:00 等到现在。联网后自动上传。"


def test_books_that_another_program_keeps_locked_are_said_until_they_are_free(open_till: OpenTill) -> None:
    till = open_till()
    till.till.show_health(Surroundings(books_busy=True))
    assert till.read("notice_words") == "数据库正忙：另一程序正在写入。您的操作会自动继续，请稍候。"
    till.till.show_health(well())
    assert till.notices.now is None
