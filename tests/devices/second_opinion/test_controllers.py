"""Our driver against another maker's controller: every fill once and to the fen, whatever the text leaves open."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

import pytest

from core.devices.links.http_link import HttpLink
from core.devices.pumps.pts import missed
from core.devices.pumps.pts.controller import PtsForecourt
from core.domain.faults import PumpAnswerUnfit, PumpControllerLogin
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.price import UnitPrice
from core.domain.product import D0, G92, G95, G98
from core.domain.pump import EndedFill, Nozzle, Pump, PumpState
from core.domain.refusals.pumps import PumpBusy, PumpRefused
from tests.conftest import ExpectLog
from tests.devices.rig import GRADES, Ear, RealClock, leave
from tests.devices.second_opinion.forecourt import OPTIONAL, Controller, Freedoms, running
from tests.devices.second_opinion.front import PASSWORD, USER, Manners


def pumps_of(controller: Controller) -> tuple[Pump, ...]:
    grades = (G92, G95, G98, D0, G92, G95)
    return tuple(
        Pump(
            PumpNumber(point.number),
            tuple(
                Nozzle(PumpNumber(point.number), NozzleNumber(place), grades[place - 1])
                for place in range(1, point.nozzles + 1)
            ),
        )
        for point in controller.points.values()
    )


Kind = Literal["auto", "digest", "basic"]


@contextmanager
def driving(
    controller: Controller,
    manners: Manners | None = None,
    *,
    polled: bool = True,
    booked: dict[PumpNumber, int] | None = None,
    kind: Kind = "auto",
) -> Iterator[tuple[PtsForecourt, Ear]]:
    with running(controller, manners) as front:
        link = HttpLink(front.address, user=USER, password=PASSWORD, auth=kind)
        forecourt = PtsForecourt(
            link,
            pumps_of(controller),
            GRADES,
            RealClock(),
            poll_seconds=0.02,
            idle_poll_seconds=0.03,
            booked=lambda: booked or {},
        )
        ear = Ear()
        if polled:
            forecourt.start(ear)
            ear.wait(lambda: bool(ear.lines))
        try:
            yield forecourt, ear
        finally:
            forecourt.stop()


def book(forecourt: PtsForecourt, ear: Ear, pump: int, transaction: int) -> EndedFill:
    """As the station does: book what is told, then close it; it was one fill, however often it was told."""
    fill = ear.wait_fill(pump, transaction)
    told = {each for each in ear.fills if (each.pump, each.transaction) == (pump, transaction)}
    forecourt.close(PumpNumber(pump), transaction)
    assert told == {fill}
    assert forecourt.promised(PumpNumber(pump)) is None
    return fill


def filled(
    controller: Controller,
    forecourt: PtsForecourt,
    ear: Ear,
    millilitres: int = 25_613,
    pump: int = 1,
    nozzle: int = 1,
) -> EndedFill:
    """One fill from leave to close, its figures compared with the other side's own."""
    ear.wait_state(pump, PumpState.IDLE)
    transaction = forecourt.authorise(leave(pump, nozzle, fen=30_000))
    ear.wait_state(pump, PumpState.AUTHORISED)
    controller.lift(pump, nozzle)
    controller.pour(pump, millilitres)
    ear.wait_state(pump, PumpState.FUELLING)
    controller.hang_up(pump)
    fill = book(forecourt, ear, pump, transaction)
    check(controller, fill, pump)
    return fill


def check(controller: Controller, fill: EndedFill, pump: int) -> None:
    truth = controller.points[pump].past[-1]
    decimals = Decimal(1).scaleb(-controller.freedoms.decimals)
    litres = Decimal(truth.millilitres).scaleb(-3)
    if not controller.freedoms.short:
        litres = Decimal(f"{litres:.{controller.freedoms.decimals}f}")
    yuan = truth.yuan if controller.freedoms.short else Decimal(f"{truth.yuan:f}").quantize(decimals)
    fen = int((yuan * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert (fill.nozzle, fill.volume.millilitres, fill.price.li) == (
        truth.nozzle,
        int(litres * 1000),
        truth.li,
    )
    assert fill.amount.fen == fen
    assert abs((fill.ended_at - RealClock().now()).total_seconds()) < 120


FREEDOMS = {
    "three decimals": Freedoms(decimals=3),
    "whole numbers without a point": Freedoms(short=True, decimals=3),
    "nothing that is optional": Freedoms(absent=OPTIONAL),
    "fields from a later revision, in another order": Freedoms(chatty=True),
    "an answer to something else before the state": Freedoms(news="before"),
    "an answer to something else after the state": Freedoms(news="after"),
    "truth written as text": Freedoms(booleans_as_text=True),
    "an offset of nought beside Beijing time": Freedoms(told_offset=0),
    "no offset at all": Freedoms(told_offset=None),
    "a clock on UTC and the offset of Beijing": Freedoms(clock_offset=0),
    "a clock on UTC that says so": Freedoms(clock_offset=0, told_offset=0),
    "the clock of Ürümqi": Freedoms(clock_offset=360, told_offset=360),
    "one packet in a message": Freedoms(most_packets=1),
    "one packet in a message, by status": Freedoms(most_packets=1, over_limit="status"),
    "closing by itself": Freedoms(closes_by_itself=True),
    "closing by itself with no card for records": Freedoms(closes_by_itself=True, keeps_records=False),
    "closing by itself, its records not for us": Freedoms(
        closes_by_itself=True, forbidden=frozenset({"PumpGetTransactionInformation"})
    ),
    "closing by itself, its records behind 403": Freedoms(
        closes_by_itself=True, shut_out=frozenset({"PumpGetTransactionInformation"})
    ),
    "closing by itself with nothing optional": Freedoms(closes_by_itself=True, absent=OPTIONAL),
    "records a second apart from the pump": Freedoms(end_moves=True),
}


@pytest.mark.parametrize("freedoms", FREEDOMS.values(), ids=FREEDOMS.keys())
def test_a_fill_is_booked_once_and_to_the_fen(freedoms: Freedoms):
    controller = Controller(freedoms)
    with driving(controller) as (forecourt, ear):
        first = filled(controller, forecourt, ear)
        second = filled(controller, forecourt, ear, 12_804, nozzle=2)
        assert {fill.transaction for fill in ear.fills} == {first.transaction, second.transaction}
        assert ear.lines == [(True, "")]


def test_a_controller_whose_clock_was_never_set_is_served(expected_log: ExpectLog):
    expected_log("does not tell its time")
    controller = Controller(Freedoms(has_clock=False))
    with driving(controller) as (forecourt, ear):
        for _again in range(2):
            fill = filled(controller, forecourt, ear)
            assert not fill.timed
        assert len(set(ear.fills)) == 2  # alike in every figure, and two all the same


def test_a_controller_without_decimal_digits_or_date_is_served(expected_log: ExpectLog):
    expected_log("does not tell its decimals")
    expected_log("does not tell its time")
    controller = Controller(Freedoms(unknown=frozenset({"GetSystemDecimalDigits", "GetDateTime"})))
    with driving(controller) as (forecourt, ear):
        filled(controller, forecourt, ear)


MANNERS = {
    "basic": Manners(login="basic"),
    "digest of an unnamed kind, as of old": Manners(login="unnamed", quality=None),
    "MD5 with qop in a list": Manners(login="MD5", quality="auth-int, auth"),
    "MD5-sess": Manners(login="MD5-sess"),
    "MD5-sess without qop": Manners(login="MD5-sess", quality=None),
    "SHA-256": Manners(login="SHA-256"),
    "a nonce for one question": Manners(login="MD5", nonce_lives=1),
    "stale nonces that say so": Manners(login="MD5", nonce_lives=3, says_stale=True),
    "both offered": Manners(login="MD5", two_offers=True),
    "keep-alive": Manners(login="MD5", keeps_open=True),
    "chunked, in segments": Manners(login="MD5", chunked=True, segment=61),
    "neither length nor chunks": Manners(login="MD5", without_length=True),
    "a byte order mark": Manners(byte_order_mark=True, keeps_open=True),
}


@pytest.mark.parametrize("manners", MANNERS.values(), ids=MANNERS.keys())
def test_every_way_to_speak_http_is_understood(manners: Manners):
    controller = Controller(Freedoms())
    with driving(controller, manners) as (forecourt, ear):
        filled(controller, forecourt, ear)
        assert ear.lines == [(True, "")]


@pytest.mark.parametrize(
    ("manners", "kind"),
    [
        (Manners(login="MD5", quality="auth-int"), "auto"),  # asks for a signature over the body
        (Manners(login="SHA-1"), "auto"),
        (Manners(login="basic"), "digest"),  # the settings forbid to give the password away readable
        (Manners(login="MD5"), "basic"),
    ],
)
def test_a_login_that_cannot_be_given_is_told_by_name(manners: Manners, kind: Kind, expected_log: ExpectLog):
    expected_log("went silent: pump_controller_login")
    if manners.login == "SHA-1":
        manners = replace(manners, login="md5", quality="auth-conf")
    with driving(Controller(Freedoms()), manners, kind=kind) as (forecourt, ear):
        assert ear.lines == [(False, "pump_controller_login")]
        with pytest.raises(PumpControllerLogin):
            forecourt.authorise(leave(1, 1, fen=1000))


def test_a_slow_controller_is_waited_for():
    controller = Controller(Freedoms())
    with driving(controller, Manners(wait_seconds=1.0), polled=False) as (forecourt, _ear):
        transaction = forecourt.authorise(leave(1, 1, fen=1000))
        promised = forecourt.promised(PumpNumber(1))
        assert promised is not None
        assert promised.transaction == transaction


@pytest.mark.parametrize("over_limit", ["message", "status", "rest"])
def test_forty_pumps_of_a_controller_that_takes_ten_at_a_time(over_limit: str):
    controller = Controller(Freedoms(most_packets=10, over_limit=over_limit), pumps=range(1, 42))
    with driving(controller) as (forecourt, ear):
        ear.wait(lambda: all(ear.state(pump) is PumpState.IDLE for pump in range(1, 42)))
        filled(controller, forecourt, ear, pump=41)
        assert ear.lines == [(True, "")]


@pytest.mark.parametrize(("pumps", "nozzles"), [(range(5, 9), 2), (range(1, 2), 6), (range(120, 121), 1)])
def test_pumps_and_nozzles_may_be_numbered_as_they_are(pumps: range, nozzles: int):
    controller = Controller(Freedoms(), pumps=pumps, nozzles=nozzles)
    with driving(controller) as (forecourt, ear):
        fill = filled(controller, forecourt, ear, pump=pumps[-1], nozzle=nozzles)
        assert fill.nozzle == nozzles


def test_transaction_numbers_begin_again():
    controller = Controller(Freedoms(closes_by_itself=True), last=65_533)
    with driving(controller) as (forecourt, ear):
        numbers = [
            filled(controller, forecourt, ear, millilitres).transaction for millilitres in (1000, 2000, 3000)
        ]
        assert numbers == [65_534, 65_535, 1]
        assert len(set(ear.fills)) == 3


def test_an_end_that_stands_there_when_we_start_is_booked():
    controller = Controller(Freedoms())
    number = controller.whole_fill(1, 9_999)
    with driving(controller) as (forecourt, ear):
        check(controller, book(forecourt, ear, 1, number), 1)


@pytest.mark.parametrize("keeps_records", [True, False])
def test_what_was_filled_and_closed_while_no_program_ran_is_booked(keeps_records: bool):
    controller = Controller(Freedoms(closes_by_itself=True, keeps_records=keeps_records), last=65_534)
    controller.whole_fill(1, 1_000)
    before = controller.whole_fill(1, 2_000)
    numbers = [controller.whole_fill(1, 3_000), controller.whole_fill(1, 4_000)]
    with driving(controller, booked={PumpNumber(1): before}) as (forecourt, ear):
        # Without records the pump remembers its last one alone.
        for number in numbers if keeps_records else numbers[-1:]:
            book(forecourt, ear, 1, number)
        assert {fill.transaction for fill in ear.fills} == set(numbers if keeps_records else numbers[-1:])


def test_a_controller_that_is_new_to_us_has_a_past_that_is_not_ours():
    controller = Controller(Freedoms(closes_by_itself=True), last=1000)
    controller.whole_fill(1, 1_000)
    for booked in ({}, {PumpNumber(1): 7}):
        with driving(controller, booked=booked) as (forecourt, ear):
            filled(controller, forecourt, ear)
            assert len(set(ear.fills)) == 1


def test_fills_between_two_looks_are_asked_for():
    controller = Controller(Freedoms(closes_by_itself=True))
    with driving(controller) as (forecourt, ear):
        ear.wait_state(1, PumpState.IDLE)
        numbers = [controller.whole_fill(1, millilitres) for millilitres in (1_000, 2_000, 3_000)]
        for number in numbers:
            book(forecourt, ear, 1, number)
        assert {fill.transaction for fill in ear.fills} == set(numbers)


def test_a_fill_that_nobody_remembers_is_given_up_with_a_word(
    expected_log: ExpectLog, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(missed, "ASK_AGAIN_SECONDS", 0.01)
    expected_log("knows nothing of the fill 1 of pump 1")
    absent = frozenset({"LastVolume", "LastAmount"})
    controller = Controller(Freedoms(closes_by_itself=True, keeps_records=False, absent=absent))
    with driving(controller) as (forecourt, ear):
        transaction = forecourt.authorise(leave(1, 1, fen=10_000))
        controller.lift(1)
        ear.wait_state(1, PumpState.FUELLING)
        controller.hang_up(1)
        ear.wait_state(1, PumpState.IDLE)
        assert forecourt.transaction(PumpNumber(1), transaction) is None
        between = threading.Event()
        for _turn in range(500):
            if (
                sum(kind == "PumpGetTransactionInformation" for kind, _data in controller.heard)
                > missed.TRIES
            ):
                break
            between.wait(0.01)
        assert ear.fills == []


def test_what_became_of_a_transaction_is_known_without_records():
    controller = Controller(Freedoms(closes_by_itself=True, keeps_records=False))
    with driving(controller, polled=False) as (forecourt, _ear):
        number = controller.whole_fill(1, 5_000)
        known = forecourt.transaction(PumpNumber(1), number)
        assert known is not None
        assert known.ended is not None
        check(controller, known.ended, 1)
        assert forecourt.transaction(PumpNumber(1), number + 1) is None


def test_a_question_about_a_pump_that_is_not_there_is_answered_by_a_fault():
    controller = Controller(Freedoms())
    with driving(controller, polled=False) as (forecourt, _ear):
        controller.points.clear()
        with pytest.raises(PumpAnswerUnfit):
            forecourt.promised(PumpNumber(1))
        with pytest.raises(PumpAnswerUnfit):
            forecourt.transaction(PumpNumber(1), 3)


def test_a_promise_is_taken_back_and_a_second_one_refused():
    controller = Controller(Freedoms(chatty=True, short=True, absent=OPTIONAL))
    with driving(controller) as (forecourt, ear):
        forecourt.authorise(leave(1, 1, millilitres=10_000))
        ear.wait_state(1, PumpState.AUTHORISED)
        with pytest.raises(PumpBusy):
            forecourt.authorise(leave(1, 1, millilitres=10_000))
        forecourt.cancel(PumpNumber(1))
        ear.wait_state(1, PumpState.IDLE)
        assert forecourt.promised(PumpNumber(1)) is None


NEW = {NozzleNumber(1): UnitPrice(7_990), NozzleNumber(2): UnitPrice(8_500)}
PRICES = {
    "as the text has it": Freedoms(),
    "three decimals": Freedoms(decimals=3),
    "nothing optional": Freedoms(absent=OPTIONAL),
    "pumps that cannot be asked": Freedoms(unknown=frozenset({"PumpGetPrices"})),
    "pumps that cannot be asked, and nothing optional": Freedoms(
        unknown=frozenset({"PumpGetPrices"}), absent=OPTIONAL
    ),
    "no prices in pumps at all": Freedoms(
        unknown=frozenset({"PumpGetPrices", "PumpSetPrices"}), absent=OPTIONAL
    ),
}


@pytest.mark.parametrize("freedoms", PRICES.values(), ids=PRICES.keys())
def test_prices_are_set_and_told(freedoms: Freedoms):
    controller = Controller(freedoms)
    with driving(controller) as (forecourt, _ear):
        forecourt.set_prices(PumpNumber(1), NEW)
        assert forecourt.prices(PumpNumber(1)) == NEW
        assert controller.grade_prices == {1: Decimal("7.99"), 2: Decimal("8.5")}
        forecourt.authorise(leave(1, 2, fen=1000, li=None))
        assert controller.heard_price() == Decimal("8.5")


@pytest.mark.parametrize("how", ["forbidden", "shut_out", "unknown"])
def test_a_list_of_prices_that_is_not_for_us_leaves_the_pump_its_price(how: str, expected_log: ExpectLog):
    expected_log("may not change the controller's list of prices")
    controller = Controller(replace(Freedoms(), **{how: frozenset({"SetFuelGradesPrices"})}))  # type: ignore[arg-type]
    with driving(controller) as (forecourt, _ear):
        forecourt.set_prices(PumpNumber(1), NEW)
        assert controller.points[1].prices == [Decimal("7.99"), Decimal("8.50")]
        # With no nozzle named it would fill at the list's old price: that is refused, and said.
        with pytest.raises(PumpRefused) as refused:
            forecourt.authorise(leave(1, None, fen=1000, li=None))
        assert "name the nozzle" in refused.value.controller_message
        forecourt.authorise(leave(1, 2, fen=1000, li=None))
        assert controller.heard_price() == Decimal("8.5")


def test_no_permission_to_control_is_a_fault_of_the_login():
    controller = Controller(Freedoms(forbidden=frozenset({"PumpAuthorize"})))
    with driving(controller) as (forecourt, _ear), pytest.raises(PumpControllerLogin):
        forecourt.authorise(leave(1, 1, fen=1000))


@pytest.mark.parametrize(
    "freedoms",
    [
        Freedoms(decimals=3),
        Freedoms(decimals=3, short=True, chatty=True),
        Freedoms(decimals=3, news="before"),
        Freedoms(decimals=3, unknown=frozenset({"PumpGetTotals"})),
    ],
)
def test_counters_and_store_agree_with_the_other_sides_own(freedoms: Freedoms):
    controller = Controller(freedoms)
    with driving(controller) as (forecourt, ear):
        fills = [filled(controller, forecourt, ear, millilitres) for millilitres in (25_610, 7_000)]
        fills.append(filled(controller, forecourt, ear, 12_340, nozzle=2))
        told = {
            nozzle: totals.volume.millilitres for nozzle, totals in forecourt.totals(PumpNumber(1)).items()
        }
        assert told == {nozzle: controller.counter(1, nozzle) for nozzle in (1, 2)}
        ear.wait(lambda: {(pump, nozzle) for pump, nozzle, _totals, _why in ear.counts} == {(1, 1), (1, 2)})
        now = RealClock().now()
        stored = forecourt.history(now - timedelta(minutes=3), now + timedelta(minutes=3))
        assert {(fill.transaction, fill.volume, fill.amount) for fill in stored} == {
            (fill.transaction, fill.volume, fill.amount) for fill in fills
        }


def test_pausing_locking_and_an_emergency_are_understood_the_other_way_too():
    controller = Controller(Freedoms(), pumps=range(1, 4))
    with driving(controller) as (forecourt, ear):
        one = PumpNumber(1)
        ear.wait_state(1, PumpState.IDLE)
        forecourt.lock(one)
        assert controller.points[1].locked
        forecourt.unlock(one)
        forecourt.unlock(one)
        transaction = forecourt.authorise(leave(1, 1, fen=30_000))
        controller.lift(1)
        controller.pour(1, 5_000)
        ear.wait_state(1, PumpState.FUELLING)
        forecourt.suspend(one)
        ear.wait_state(1, PumpState.SUSPENDED)
        forecourt.resume(one)
        ear.wait_state(1, PumpState.FUELLING)
        forecourt.stop_all()
        controller.hang_up(1)
        fill = book(forecourt, ear, 1, transaction)
        check(controller, fill, 1)
        with pytest.raises(PumpBusy):
            forecourt.authorise(leave(2, 1, fen=1_000))
        forecourt.release_all()
        assert forecourt.authorise(leave(2, 1, fen=1_000))
        asked = [kind for kind, _data in controller.heard if kind == "PumpEmergencyStop"]
        assert len(asked) == 3
