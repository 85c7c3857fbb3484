"""A pump controller that is silent, loses answers or starts anew: no fill is lost and none is booked twice."""

from functools import partial

import pytest

from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.pump import Preset, PresetKind
from core.domain.refusals.pumps import PumpBusy
from core.wording.catalogue import Language, use
from core.wording.refusals import sentence, sentence_of_code
from tests.conftest import ExpectLog
from tests.journeys.audit import books_agree
from tests.journeys.outside import eventually
from tests.journeys.real_station import RealStation

SILENT = r"WARNING core\.devices\.pumps\.poller: the pump controller went silent"
FULL = Preset(PresetKind.FULL)


def test_a_controller_that_is_silent_from_the_start(site: RealStation, expected_log: ExpectLog) -> None:
    expected_log(SILENT)
    site.spoil("silent")
    site.open(ready=False)
    eventually(lambda: site.till.health.state.pumps, "the status strip shows it", 40)
    assert sentence_of_code(site.till.health.state.pumps) == (
        "油机控制器没有响应，正在加的油不受影响，请检查控制器电源和网线。"
    )
    use(Language.ENGLISH)
    assert sentence_of_code(site.till.health.state.pumps) == (
        "The pump controller does not answer. Fills go on; check its power and network cable."
    )
    use(Language.CHINESE)
    eventually(lambda: site.reading(1) == "offline", "the pump is known to be away")
    with pytest.raises(PumpBusy) as refused:
        site.till.forecourt.request(PumpNumber(1), NozzleNumber(1), FULL, site.cashier)
    assert sentence(refused.value) == "1号机当前不空闲（离线），请等它空闲。"
    site.open_shift()
    bill = site.bill(water=1)
    site.till.payments.take_cash(bill.id, bill.due, site.cashier)
    site.spoil("none")
    eventually(lambda: site.reading(1) == "idle", "the pumps are back", 40)
    eventually(lambda: site.till.health.state.pumps == "", "the status strip shows it")
    fill = site.fill(1, 10_000)
    bill = site.bill(fill)
    site.till.payments.take_cash(bill.id, bill.due, site.cashier)
    books_agree(site)


def test_a_controller_that_goes_silent_in_the_middle_of_a_fill(
    audited: RealStation, expected_log: ExpectLog
) -> None:
    expected_log(SILENT)
    audited.release(2)
    audited.pace(8)
    audited.at_pump(2, "serve", nozzle=1, target_amount_fen=12_345)
    eventually(lambda: audited.reading(2) == "fuelling", "pump 2 fills")
    audited.spoil("silent")
    audited.pace(60)
    eventually(lambda: audited.till.health.state.pumps, "the till notices", 40)
    eventually(lambda: audited.reading(2) == "offline", "the pump shows as offline")
    eventually(audited.ledger, "the pump ends alone")
    assert audited.fills(2) == []
    audited.spoil("none")
    eventually(lambda: audited.fills(2), "the fill is booked", 40)
    assert [fill["amount"] for fill in audited.fills(2)] == [12_345]
    eventually(lambda: audited.ledger()[0]["closed"], "the controller may forget it")


@pytest.mark.parametrize("lost", ["PumpAuthorize", "PumpCloseTransaction"])
def test_a_lost_answer_promises_once_and_books_once(audited: RealStation, lost: str) -> None:
    audited.spoil("lose_reply", type=lost, count=1)
    fill = audited.fill(3, 8_000)
    assert fill.amount.fen == 8_000
    eventually(lambda: audited.ledger()[0]["closed"], "the controller may forget it")
    second = audited.fill(3, 9_000)
    assert [row["amount"] for row in audited.fills(3)] == [8_000, second.amount.fen]


def test_a_controller_that_starts_anew_in_the_middle_of_a_fill(
    audited: RealStation, expected_log: ExpectLog
) -> None:
    expected_log(SILENT)
    audited.release(4)
    audited.pace(5)
    audited.at_pump(4, "serve", nozzle=1, target_amount_fen=15_000)
    eventually(lambda: audited.reading(4) == "fuelling", "pump 4 fills")
    audited.spoil("restart", seconds=2)
    eventually(lambda: audited.till.health.state.pumps, "the till notices", 40)
    audited.pace(60)
    eventually(lambda: audited.fills(4), "the fill is booked", 40)
    assert len(audited.fills(4)) == 1


def test_a_till_ended_in_the_middle_of_a_fill_books_it_at_its_next_start(audited: RealStation) -> None:
    audited.release(5)
    audited.pace(8)
    audited.at_pump(5, "serve", nozzle=1, target_amount_fen=11_000)
    eventually(lambda: audited.reading(5) == "fuelling", "pump 5 fills")
    audited.shut(audited.till)
    audited.pace(60)
    eventually(audited.ledger, "the pump ends alone")
    audited.open()
    eventually(lambda: audited.fills(5), "the fill is booked")
    assert [fill["amount"] for fill in audited.fills(5)] == [11_000]


def test_a_release_that_is_taken_back_leaves_the_pump_idle(audited: RealStation) -> None:
    audited.release(6)
    audited.till.forecourt.cancel(PumpNumber(6), audited.cashier)
    eventually(lambda: audited.reading(6) == "idle", "the pump is idle again")
    assert audited.fill(6, 5_000).amount.fen == 5_000


def test_everything_stops_at_once_and_what_has_flowed_is_booked(audited: RealStation) -> None:
    audited.pace(2)
    for pump in (1, 2):
        audited.release(pump)
        audited.at_pump(pump, "serve", nozzle=1)
    audited.release(3)
    for pump in (1, 2):
        audited.wait_flow(pump)
    audited.till.forecourt.stop_all(audited.cashier)
    for pump in (1, 2):
        eventually(partial(audited.fills, pump), f"the fill of pump {pump} is booked")
    eventually(lambda: audited.reading(3) == "idle", "the promise is taken back")
    audited.pace(60)
