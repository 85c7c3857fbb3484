"""The room of account customers, used with mouse and keys."""

from pathlib import Path

import pytest

from core.domain.money import ZERO, Money
from core.domain.print_job import PaperKind
from tests.admin_app.small_desk import SmallDesk
from tests.reports.test_shift_report import pages_of


@pytest.fixture(name="room")
def _room(desk: SmallDesk) -> SmallDesk:
    desk.sign_in()
    desk.click("rail_accounts")
    return desk


def _add(room: SmallDesk, name: str, plates: str, limit: str) -> None:
    room.click("account_new")
    room.type("account_name", name)
    room.type("account_plates", plates)
    room.type("account_limit", limit)
    room.click("account_save")


def test_a_customer_is_added_changed_and_closed(room: SmallDesk) -> None:
    _add(room, "云南顺达物流", "云A12345 云A·D12345", "5000")
    [account] = room.station.accounts.all()
    assert (account.plates, account.limit) == (("云A12345", "云AD12345"), Money(500_000))
    room.click("account_change")
    room.type("account_limit", "8000")
    room.click("account_active")
    room.click("account_save")
    [account] = room.station.accounts.all()
    assert (account.limit, account.active) == (Money(800_000), False)


def test_what_is_wrong_is_said_as_one_types(room: SmallDesk) -> None:
    room.click("account_new")
    assert not room.find("account_save").isEnabled()
    room.type("account_name", "老王")
    room.type("account_plates", "云A1")
    assert "车牌" in room.find("account_told").text()
    room.type("account_plates", "")
    room.type("account_limit", "100")
    assert room.find("account_save").isEnabled()


def test_a_payment_is_taken_and_stands_on_the_statement(room: SmallDesk, tmp_path: Path) -> None:
    station = room.station
    account = station.accounts.open("云南顺达物流", [], Money(500_000), station.manager)
    bill = station.a_bill(pieces=2)
    station.payments.take_on_credit(bill.id, account.id, None, "", station.cashier)
    room.p.accounts.reload()
    room.p.accounts.choose(account.id)
    assert "30.00" in room.find("statement_sum").text()
    room.click("account_settle")
    room.type("settle_amount", "31")
    assert not room.find("settle_save").isEnabled()
    room.type("settle_amount", "30")
    room.click("settle_save")
    assert station.accounts.all()[0].owed == ZERO
    statement = room.p.accounts.state.statement
    assert statement is not None
    assert [entry.owed for entry in statement.entries] == [Money(3_000), ZERO]
    assert not room.find("account_settle").isEnabled()


def test_a_statement_is_written_as_a_paper_and_printed(room: SmallDesk) -> None:
    station = room.station
    account = station.accounts.open("云南顺达物流", [], Money(500_000), station.manager)
    bill = station.a_bill(pieces=2)
    sold = station.payments.take_on_credit(bill.id, account.id, None, "云A12345", station.cashier)
    room.p.accounts.reload()
    assert not room.find("statement_pdf").isEnabled()
    room.p.accounts.choose(account.id)
    room.click("statement_pdf")
    [paper] = room.opened
    assert paper.name == "statement-云南顺达物流-2026-11-01.pdf"
    said = " ".join(pages_of(paper.read_bytes()))
    for word in ("云南顺达物流 对账单", "2026-11-01 至 2026-11-30", sold.number, "云A12345", "期末欠款"):
        assert word in said
    room.click("statement_slip")
    assert room.notice == "正在打印对账单。"
    [job] = [each for each in station.receipts.waiting() if each.kind is PaperKind.ACCOUNT_STATEMENT]
    assert job.posted_by == station.manager
