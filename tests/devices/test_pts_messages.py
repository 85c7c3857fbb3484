"""jsonPTS messages and what the driver makes of them, with no wire: the vendor's shapes, its slips, and hostile ones."""

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.devices.links.link import AnswerMissing
from core.devices.links.recording import RecordedExchange, ReplayedExchange
from core.devices.pumps.pts.arrivals import Arrivals
from core.devices.pumps.pts.controller import PtsForecourt
from core.devices.pumps.pts.conversation import Conversation
from core.devices.pumps.pts.endings import Endings
from core.devices.pumps.pts.fields import AnswerUnfit
from core.devices.pumps.pts.messages import Request, ask_of, read, written
from core.devices.pumps.pts.statuses import PricesInPump, SomethingElse, Status, TotalsInPump, status_of
from core.devices.pumps.pts.watch import Watch
from core.domain.controller import ControllerSetup, Counted, Totals
from core.domain.faults import PumpAnswerLost, PumpAnswerUnfit, PumpLineDown
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.product import G92
from core.domain.pump import EndedFill, Nozzle, PresetKind, Pump, PumpReading, PumpState
from core.domain.refusals.pumps import PumpBusy, PumpRefused
from tests.conftest import ExpectLog
from tests.devices.rig import GRADES, PUMPS, leave

RECORDINGS = Path(__file__).parent / "recordings"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)  # 12:00 in Beijing
ONE = (Pump(PumpNumber(1), (Nozzle(PumpNumber(1), NozzleNumber(1), G92),)),)
IDLE = {"Pump": 1, "NozzleUp": 0, "Nozzle": 0, "Request": "", "LastTransaction": 0}
FILLING = {
    "Pump": 1,
    "Nozzle": 1,
    "Volume": 1.34,
    "Price": 7.81,
    "Amount": 10.47,
    "Transaction": 37,
    "IsSuspended": False,
    "OrderedType": "Amount",
    "OrderedDose": 25.00,
    "User": "admin",
}
ENDED = {
    "Pump": 1,
    "Nozzle": 1,
    "Volume": 3.20,
    "Price": 7.81,
    "Amount": 25.00,
    "Transaction": 37,
    "TotalVolume": 123456.789,
    "DateTimeStart": "2026-11-22T11:58:01",
    "DateTime": "2026-11-22T11:59:30",
    "NozzleUp": 0,
    "OrderedTypeAmount": "Amount",
    "OrderedDose": 25.00,
}


class StoppedClock:
    """Noon, until told otherwise."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


class Scripted:
    """A controller that answers each packet by a function of its type and data."""

    def __init__(self, answer: Callable[[str, dict[str, Any]], Any]) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def ask(self, question: bytes) -> bytes:
        packets = []
        for packet in json.loads(question)["Packets"]:
            self.asked.append(packet["Type"])
            answered = {
                "GetSystemDecimalDigits": ("SystemDecimalDigits", {"Price": 2, "Amount": 2, "Volume": 2}),
                "GetDateTime": ("DateTime", {"DateTime": "2026-11-22T12:00:05", "UTCOffset": 480}),
            }.get(packet["Type"]) or self.answer(packet["Type"], packet.get("Data", {}))
            if isinstance(answered, bytes):
                return answered
            if isinstance(answered, int):
                packets.append(
                    {
                        "Id": packet["Id"],
                        "Type": packet["Type"],
                        "Error": True,
                        "Code": answered,
                        "Message": "NO",
                    }
                )
            elif answered is not None:
                packets.append({"Id": packet["Id"], "Type": answered[0], "Data": answered[1]})
        return json.dumps({"Protocol": "jsonPTS", "Packets": packets}).encode()


class Notes:
    """What a listener was told."""

    def __init__(self) -> None:
        self.readings: list[PumpReading] = []
        self.fills: list[EndedFill] = []

    def read(self, reading: PumpReading) -> None:
        self.readings.append(reading)

    def ended(self, fill: EndedFill) -> None:
        self.fills.append(fill)

    def line(self, up: bool, why: str) -> None:
        raise AssertionError("the watch does not tell of the line")

    def counted(self, pump: PumpNumber, nozzle: NozzleNumber, totals: Totals, why: Counted) -> None:
        raise AssertionError("nobody asked for counters")

    def set_up(self, setup: ControllerSetup) -> None:
        raise AssertionError("nobody asked how it is set up")


def a_watch(link: Any, clock: StoppedClock | None = None) -> Watch:
    clock = clock or StoppedClock()
    conversation = Conversation(link, clock)
    return Watch(conversation, ONE, Arrivals(), Endings(conversation, ONE, GRADES, clock), clock)


def a_status(kind: str, data: dict[str, Any]) -> Any:
    body = json.dumps({"Protocol": "jsonPTS", "Packets": [{"Id": 1, "Type": kind, "Data": data}]}).encode()
    (answer,) = read(body, 1)
    assert answer is not None
    return status_of(answer, 1)


def test_a_question_is_written_with_its_decimals_in_full():
    asked = written(
        [ask_of(3, "PumpAuthorize", Nozzle=1, Dose=Decimal("200.00"), Price=None), Request("GetDateTime")]
    )
    assert asked == (
        b'{"Protocol":"jsonPTS","Packets":[{"Id":1,"Type":"PumpAuthorize","Data":{"Pump":3,"Nozzle":1,"Dose":200.00}},'
        b'{"Id":2,"Type":"GetDateTime"}]}'
    )


@pytest.mark.parametrize(
    ("kind", "data", "state", "nozzle"),
    [
        ("PumpIdleStatus", IDLE, PumpState.IDLE, None),
        ("PumpIdleStatus", {**IDLE, "NozzleUp": 2, "Nozzle": 2}, PumpState.CALLING, 2),
        (
            "PumpIdleStatus",
            {**IDLE, "OrderedNozzle": 1, "OrderedType": "FullTank"},
            PumpState.AUTHORISED,
            1,
        ),
        (
            "PumpIdleStatus",
            {**IDLE, "NozzleUp": 1, "Transaction": 9, "OrderedType": "Volume", "OrderedDose": 5},
            PumpState.STARTED,
            1,
        ),
        ("PumpFillingStatus", FILLING, PumpState.FUELLING, 1),
        ("PumpFillingStatus", {**FILLING, "IsSuspended": True}, PumpState.SUSPENDED, 1),
        ("PumpEndOfTransactionStatus", ENDED, PumpState.IDLE, 1),
        ("PumpOfflineStatus", {"Pump": 1, "State": "Finished"}, PumpState.OFFLINE, None),
        ("PumpOfflineStatus", {**FILLING, "State": "Filling"}, PumpState.OFFLINE, 1),
    ],
)
def test_each_answer_has_its_state(kind: str, data: dict[str, Any], state: PumpState, nozzle: int | None):
    status = a_status(kind, data)
    assert (status.state, status.nozzle) == (state, nozzle)


def test_live_figures_are_read_to_the_fen_and_the_millilitre():
    status = a_status("PumpFillingStatus", FILLING)
    assert (status.volume, status.amount, status.price) == (Litres(1340), Money(1047), UnitPrice(7810))
    assert status.preset.kind is PresetKind.AMOUNT


def test_a_sale_that_ended_before_the_pump_fell_silent_has_its_final_record():
    status = a_status("PumpOfflineStatus", {**ENDED, "State": "EndOfTransaction"})
    assert status.state is PumpState.OFFLINE
    assert status.ended.amount == Money(2500)


def test_prices_and_totals_come_in_place_of_a_state():
    assert a_status("PumpPrices", {"Pump": 1, "Prices": [7.81, 8.32]}) == PricesInPump(
        1, (UnitPrice(7810), UnitPrice(8320))
    )
    assert a_status("PumpTotals", {"Pump": 1, "Nozzle": 1, "Volume": 1.5}) == TotalsInPump(
        1, 1, Totals(Litres(1500), None)
    )
    assert a_status("PumpTag", {"Pump": 1, "Tag": "00FF"}) == SomethingElse(1)


def test_an_id_spelled_as_text_is_an_id():
    body = b'{"Protocol":"jsonPTS","Packets":[{"Id":"2","Type":"A"},{"Id":"one","Type":"B"},{"Id":2,"Type":"C"}]}'
    first, second = read(body, 2)
    assert first is None
    assert second is not None
    assert second.type == "A"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b'{"Protocol":"jsonPTS","Packets":[{"Id":1',
        b"[]",
        b'"jsonPTS"',
        b"{}",
        b'{"Protocol":"other","Packets":[]}',
        b'{"Protocol":"jsonPTS","Packets":{}}',
        b'{"Protocol":"jsonPTS","Error":true,"Code":2,"Message":"INVALID_JSON_REQUEST"}',
        b"[" * 100_000,
        b'{"Protocol":"jsonPTS","Packets":[{"Id":1,"Type":NaN}]}',
        b'{"Protocol":"jsonPTS","Packets":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_not_jsonpts_is_unfit(body: bytes):
    with pytest.raises(AnswerUnfit):
        read(body, 1)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"Volume": "3,20"},
        {"Volume": "1e9"},
        {"Volume": -1},
        {"Amount": True},
        {"Amount": None},
        {"Price": [7.81]},
        {"Transaction": 0},
        {"Transaction": 65_536},
        {"Transaction": 1.5},
        {"Pump": 2},
        {"Nozzle": 7},
        {"DateTime": "yesterday"},
        {"DateTime": 20261122},
        {"TotalVolume": {}},
    ],
)
def test_a_final_record_with_a_wrong_field_is_unfit(spoiled: dict[str, Any]):
    with pytest.raises(AnswerUnfit):
        a_status("PumpEndOfTransactionStatus", {**ENDED, **spoiled})


def test_a_number_beyond_all_measure_is_unfit_at_once():
    body = json.dumps(
        {"Protocol": "jsonPTS", "Packets": [{"Id": 1, "Type": "PumpEndOfTransactionStatus", "Data": ENDED}]}
    )
    (answer,) = read(body.replace("123456.789", "1E+999999999").encode(), 1)
    assert answer is not None
    with pytest.raises(AnswerUnfit):
        status_of(answer, 1)


def test_a_final_record_becomes_a_fill_in_utc():
    notes, watch = Notes(), a_watch(Scripted(lambda _type, _data: ("PumpEndOfTransactionStatus", ENDED)))
    assert watch.look(notes)
    assert notes.fills == [
        EndedFill(
            PumpNumber(1),
            NozzleNumber(1),
            37,
            Litres(3200),
            UnitPrice(7810),
            Money(2500),
            datetime(2026, 11, 22, 3, 58, 1, tzinfo=UTC),
            datetime(2026, 11, 22, 3, 59, 30, tzinfo=UTC),
            Litres(123_456_789),
        )
    ]


def test_a_controller_without_a_clock_gives_a_fill_one_time_and_keeps_it():
    timeless = {name: value for name, value in ENDED.items() if not name.startswith("DateTime")}
    clock = StoppedClock()
    conversation = Conversation(
        Scripted(lambda _type, _data: ("PumpEndOfTransactionStatus", timeless)), clock
    )
    endings = Endings(conversation, ONE, GRADES, clock)
    status = a_status("PumpEndOfTransactionStatus", timeless)
    first = endings.fill(status.ended)
    clock.at += timedelta(minutes=5)
    assert first.ended_at == NOON
    assert endings.fill(status.ended) == first


def test_a_fill_without_a_nozzle_is_found_by_its_grade():
    pumps = (
        Pump(
            PumpNumber(1),
            tuple(Nozzle(PumpNumber(1), NozzleNumber(n), g.code) for n, g in enumerate(GRADES, 1)),
        ),
    )
    clock = StoppedClock()
    endings = Endings(Conversation(Scripted(lambda _type, _data: None), clock), pumps, GRADES, clock)
    status = a_status("PumpEndOfTransactionStatus", {**ENDED, "Nozzle": 0, "FuelGradeId": 3})
    assert endings.fill(status.ended).nozzle == 3


def test_only_what_changed_is_told_again():
    notes, watch = Notes(), a_watch(Scripted(lambda _type, _data: ("PumpIdleStatus", IDLE)))
    assert not watch.look(notes)
    assert not watch.look(notes)
    assert [reading.state for reading in notes.readings] == [PumpState.IDLE]


def test_a_fill_whose_end_nobody_saw_is_asked_for():
    seen = [("PumpFillingStatus", FILLING), ("PumpIdleStatus", IDLE), ("PumpIdleStatus", IDLE)]
    record = {
        name: ENDED[name]
        for name in ("Pump", "Nozzle", "Volume", "Price", "Amount", "Transaction", "DateTime")
    }

    def answer(kind: str, _data: dict[str, Any]) -> Any:
        if kind == "PumpGetTransactionInformation":
            return "PumpTransactionInformation", {**record, "State": "Finished"}
        return seen.pop(0)

    notes, watch = Notes(), a_watch(Scripted(answer))
    watch.look(notes)
    watch.look(notes)
    assert [fill.transaction for fill in notes.fills] == [37]


def test_one_pump_that_talks_nonsense_leaves_the_others_readable(expected_log: ExpectLog):
    expected_log("WARNING core.devices.pumps.pts.watch: pump 2 cannot be read")

    def answer(_type: str, data: dict[str, Any]) -> Any:
        return (
            ("PumpIdleStatus", {**IDLE, "Pump": data["Pump"]}) if data["Pump"] == 1 else ("PumpIdleStatus", 7)
        )

    clock = StoppedClock()
    conversation = Conversation(Scripted(answer), clock)
    pumps = (*ONE, Pump(PumpNumber(2), ()))
    notes = Notes()
    Watch(conversation, pumps, Arrivals(), Endings(conversation, pumps, GRADES, clock), clock).look(notes)
    assert [(reading.pump, reading.state) for reading in notes.readings] == [
        (1, PumpState.IDLE),
        (2, PumpState.UNKNOWN),
    ]


def test_a_pump_the_controller_does_not_know_is_inoperative(expected_log: ExpectLog):
    expected_log("pump 1 cannot be read: error 52")
    notes = Notes()
    a_watch(Scripted(lambda _type, _data: 52)).look(notes)
    assert [reading.state for reading in notes.readings] == [PumpState.INOPERATIVE]


def test_a_clock_that_is_wrong_is_told_once(expected_log: ExpectLog):
    expected_log("WARNING core.devices.pumps.pts.wall_clock: the pump controller's clock is -3595 seconds")
    clock = StoppedClock()
    clock.at += timedelta(hours=1)
    conversation = Conversation(Scripted(lambda _type, _data: None), clock)
    conversation.introduce()
    conversation.introduce(again=True)


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(ENDED)), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(
    kind=st.sampled_from(
        ["PumpIdleStatus", "PumpFillingStatus", "PumpEndOfTransactionStatus", "PumpOfflineStatus", "X"]
    ),
    field=st.sampled_from(sorted({*ENDED, *IDLE, "State", "OrderedType"})),
    value=_anything,
)
def test_no_answer_does_more_harm_than_to_be_unfit(kind: str, field: str, value: object):
    with contextlib.suppress(AnswerUnfit):
        assert isinstance(a_status(kind, {**ENDED, field: value}), Status)


@given(st.binary(max_size=200) | _anything.map(lambda value: json.dumps(value).encode()))
def test_no_body_does_more_harm_than_to_be_unfit(body: bytes):
    with contextlib.suppress(AnswerUnfit):
        read(body, 3)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (39, PumpState.AUTHORISED),
        (40, PumpState.CLOSED),
        (42, PumpState.FUELLING),
        (78, PumpState.AUTHORISED),
    ],
)
def test_a_busy_pump_is_told_as_busy(code: int, state: PumpState):
    forecourt = PtsForecourt(Scripted(lambda _type, _data: code), ONE, GRADES, StoppedClock())
    with pytest.raises(PumpBusy) as busy:
        forecourt.authorise(leave(1, 1, fen=1000))
    assert busy.value.state == state


def test_a_command_under_way_is_waited_for():
    answers = [41, 41, ("PumpAuthorizeConfirmation", {"Pump": 1, "Transaction": 5})]
    link = Scripted(lambda _type, _data: answers.pop(0))
    assert PtsForecourt(link, ONE, GRADES, StoppedClock()).authorise(leave(1, 1, fen=1000)) == 5


def test_another_no_of_the_controller_is_told_with_its_number():
    forecourt = PtsForecourt(Scripted(lambda _type, _data: 65), ONE, GRADES, StoppedClock())
    with pytest.raises(PumpRefused) as refused:
        forecourt.authorise(leave(1, 1, fen=1000))
    assert refused.value.controller_code == 65


def test_an_answer_to_leave_that_cannot_be_read_is_a_lost_answer_and_nothing_is_sent_twice():
    link = Scripted(lambda _type, _data: b'{"Protocol":"jsonPTS","Packets":[{"Id":1')
    with pytest.raises(PumpAnswerLost):
        PtsForecourt(link, ONE, GRADES, StoppedClock()).authorise(leave(1, 1, fen=1000))
    assert link.asked.count("PumpAuthorize") == 1


def test_a_preset_is_cut_to_what_the_controller_can_hold_and_never_rounded_up():
    asked: list[dict[str, Any]] = []

    def answer(_type: str, data: dict[str, Any]) -> Any:
        asked.append(data)
        return "PumpAuthorizeConfirmation", {"Pump": 1, "Transaction": 5}

    forecourt = PtsForecourt(Scripted(answer), ONE, GRADES, StoppedClock())
    forecourt.authorise(leave(1, 1, millilitres=12_349))
    assert (asked[0]["Dose"], asked[0]["Price"], asked[0]["Nozzle"]) == (12.34, 7.81, 1)
    with pytest.raises(PumpRefused):
        forecourt.authorise(leave(1, 1, millilitres=9))


def test_prices_the_pump_does_not_take_over_are_refused_in_the_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("core.devices.pumps.pts.pricing.PATIENCE_SECONDS", 0.2)
    status = iter([("PumpIdleStatus", IDLE)])

    def answer(kind: str, _data: dict[str, Any]) -> Any:
        if kind == "PumpGetStatus":
            return next(status, ("PumpPrices", {"Pump": 1, "Prices": [7.81]}))
        return kind, {}

    forecourt = PtsForecourt(Scripted(answer), ONE, GRADES, StoppedClock())
    with pytest.raises(PumpRefused):
        forecourt.set_prices(PumpNumber(1), {NozzleNumber(1): UnitPrice(7500)})


def test_a_question_about_a_pump_that_is_answered_with_nonsense_is_told_by_name():
    forecourt = PtsForecourt(
        Scripted(lambda _type, _data: ("PumpIdleStatus", [])), ONE, GRADES, StoppedClock()
    )
    with pytest.raises(PumpAnswerUnfit) as unfit:
        forecourt.promised(PumpNumber(1))
    assert isinstance(unfit.value, PumpLineDown)
    assert unfit.value.code == "pump_answer_unfit"


def test_a_recorded_conversation_can_be_played_back(tmp_path: Path):
    paper = tmp_path / "conversation.txt"
    with paper.open("w", encoding="utf-8") as sheet:
        recorded = RecordedExchange(Scripted(lambda _type, _data: ("PumpIdleStatus", IDLE)), sheet)
        told = Notes()
        a_watch(recorded).look(told)
    played = Notes()
    replayed = ReplayedExchange(paper)
    a_watch(replayed).look(played)
    assert played.readings == told.readings
    with pytest.raises(AnswerMissing):
        replayed.ask(b"")


def test_a_recorded_fill_is_understood_from_leave_to_close():
    clock = StoppedClock()
    clock.at = datetime(2026, 11, 22, 16, 16, 50, tzinfo=UTC)
    conversation = Conversation(ReplayedExchange(RECORDINGS / "a_preset_fill.txt"), clock)
    notes = Notes()
    watch = Watch(conversation, PUMPS[:2], Arrivals(), Endings(conversation, PUMPS, GRADES, clock), clock)
    for _turn in range(7):
        watch.look(notes)
    with pytest.raises(PumpLineDown):
        watch.look(notes)
    assert [(reading.state, reading.amount.fen) for reading in notes.readings if reading.pump == 1] == [
        (PumpState.IDLE, 0),
        (PumpState.AUTHORISED, 0),
        (PumpState.FUELLING, 0),
        (PumpState.FUELLING, 8_872),
        (PumpState.FUELLING, 20_000),
        (PumpState.IDLE, 20_000),
        (PumpState.IDLE, 0),
    ]
    assert [(fill.volume, fill.amount) for fill in notes.fills] == [(Litres(25_610), Money(20_000))]


class OnePump:
    """A controller that keeps a pump's prices and its own list of grades apart, as the real one does."""

    def __init__(self, in_pump: list[float], listed: dict[int, float]) -> None:
        self.in_pump, self.listed = in_pump, listed
        self.authorised: list[dict[str, Any]] = []
        self._waiting: list[Any] = []

    def answer(self, kind: str, data: dict[str, Any]) -> Any:
        match kind:
            case "PumpGetStatus":
                return self._waiting.pop() if self._waiting else ("PumpIdleStatus", IDLE)
            case "PumpSetPrices":
                self.in_pump = data["Prices"]
            case "PumpGetPrices":
                self._waiting.append(("PumpPrices", {"Pump": 1, "Prices": self.in_pump}))
            case "GetFuelGradesPrices":
                rows = [{"FuelGradeId": grade, "Price": price} for grade, price in self.listed.items()]
                return "FuelGradesPrices", {"FuelGradesPrices": rows}
            case "SetFuelGradesPrices":
                self.listed = {row["FuelGradeId"]: row["Price"] for row in data["FuelGradesPrices"]}
            case "PumpAuthorize":
                self.authorised.append(data)
                return "PumpAuthorizeConfirmation", {"Pump": 1, "Transaction": 5}
        return kind, {}


def test_a_price_goes_into_the_pump_and_into_the_list_and_no_other_grade_is_forgotten():
    controller = OnePump([7.81], {1: 7.81, 4: 7.45})
    forecourt = PtsForecourt(Scripted(controller.answer), ONE, GRADES, StoppedClock())
    forecourt.set_prices(PumpNumber(1), {NozzleNumber(1): UnitPrice(7950)})
    assert controller.in_pump == [7.95]
    assert controller.listed == {1: 7.95, 4: 7.45}
    assert forecourt.prices(PumpNumber(1)) == {1: UnitPrice(7950)}


def test_a_nozzle_on_which_pump_and_list_disagree_has_no_price_in_force():
    controller = OnePump([7.95], {1: 7.81})
    forecourt = PtsForecourt(Scripted(controller.answer), ONE, GRADES, StoppedClock())
    assert forecourt.prices(PumpNumber(1)) == {}
    forecourt.authorise(leave(1, 1, fen=1000, li=None))
    forecourt.set_prices(PumpNumber(1), {NozzleNumber(1): UnitPrice(7950)})
    assert forecourt.prices(PumpNumber(1)) == {1: UnitPrice(7950)}
    forecourt.authorise(leave(1, 1, fen=1000, li=None))
    assert [asked.get("Price") for asked in controller.authorised] == [None, 7.95]
