"""A disk that fails under a till's presenters: the clerk reads what happened and what to do, and the till goes on."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from PySide6.QtWidgets import QApplication

from core.domain.refusals.payments import PaymentUnclear
from core.qt.background import Inline
from core.qt.notices import Notices
from core.wording.catalogue import Language, use
from core.wording.refusals import sentence
from pos_app.cashier.counter.presenter import CounterPresenter
from pos_app.cashier.payment.presenter import PaymentPresenter, Step
from tests.faults.deeds import open_shift
from tests.faults.disk import watched
from tests.faults.faulty import FAILURES, Failure, FaultyDisk
from tests.faults.selling import FoundStation, counter_of
from tests.services.small_station import WATER, WECHAT_CODE

_FAILURES = [
    each for each in FAILURES if each.name in {"disk fills up", "write fails", "sync fails", "read-only"}
]


@dataclass
class Screens:
    """A till's presenters over a station on a disk that can be broken."""

    station: FoundStation
    disk: FaultyDisk
    notices: Notices
    counter: CounterPresenter
    payment: PaymentPresenter


@pytest.fixture
def screens(blank: Path, tmp_path: Path, qapp: QApplication) -> Iterator[Screens]:
    file, disk = tmp_path / "station.db", FaultyDisk()
    shutil.copy(blank, file)
    with watched(file, disk):
        station = FoundStation(file)
        open_shift(counter_of(station, Random(1)))
        notices = Notices()
        run = Inline(notices.fault)
        counter = CounterPresenter(station.sales, run, notices)
        payment = PaymentPresenter(station.payments, run, notices, station.clock)
        counter.serve(station.cashier)
        payment.serve(station.cashier)
        yield Screens(station, disk, notices, counter, payment)
        station.close()


@pytest.fixture(params=Language)
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    use(request.param)
    yield request.param
    use(Language.CHINESE)


@pytest.mark.parametrize("failure", _FAILURES, ids=lambda failure: failure.name)
def test_a_clerk_reads_what_ails_the_disk_and_goes_on_ringing_up_when_it_is_well(
    screens: Screens, failure: Failure, language: Language
) -> None:
    screens.counter.code_given(WATER)
    screens.disk.break_at(1, failure)
    screens.counter.code_given(WATER)
    assert screens.notices.now is not None
    assert screens.notices.now.text == sentence(failure.fault())
    screens.disk.mend()
    screens.counter.code_given(WATER)
    bill = screens.station.sales.current(screens.station.cashier)
    assert bill is not None
    assert bill.lines[0].quantity == 2


@pytest.mark.parametrize("failure", _FAILURES, ids=lambda failure: failure.name)
def test_cash_that_the_disk_did_not_take_stays_due_and_is_taken_when_it_is_well(
    screens: Screens, failure: Failure
) -> None:
    screens.counter.code_given(WATER)
    bill = screens.station.sales.current(screens.station.cashier)
    assert bill is not None
    screens.payment.begin_cash(bill)
    screens.disk.break_at(1, failure)
    screens.payment.take_cash(bill.due)
    assert isinstance(screens.payment.state.trouble, failure.fault), "it stands beside the button"
    screens.disk.mend()
    screens.payment.take_cash(bill.due)
    assert screens.payment.state.step is Step.DONE
    assert [sale.total for sale in screens.station.sales.recent(5)] == [bill.total]


def test_a_charge_whose_answer_the_disk_did_not_take_is_not_made_twice(screens: Screens) -> None:
    screens.counter.code_given(WATER)
    bill = screens.station.sales.current(screens.station.cashier)
    assert bill is not None
    screens.payment.begin_code(bill)
    charge = screens.station.gateway.charge

    def charged(*asked, **named):
        answer = charge(*asked, **named)
        screens.disk.break_at(1, _FAILURES[0])
        return answer

    screens.station.gateway.charge = charged  # type: ignore[method-assign]
    screens.payment.code_given(WECHAT_CODE)
    assert isinstance(screens.payment.state.trouble, _FAILURES[0].fault)
    screens.disk.mend()
    with pytest.raises(PaymentUnclear):
        screens.station.payments.take_code(bill.id, WECHAT_CODE, screens.station.cashier)
    screens.station.payments.settle_pending()
    assert [sale.id for sale in screens.station.sales.recent(5)] == [bill.id]
    assert list(screens.station.gateway.charged.values()) == [bill.total]
