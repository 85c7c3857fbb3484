"""What a Fusion says, read without trust: a total table of states, and figures that no pump shows."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.devices.pumps.fusion.board import status_of
from core.devices.pumps.fusion.marks import (
    is_promise,
    lock_of,
    moment_of,
    number_in_lock,
    number_in_payment,
    payment_mark,
    promise_at,
)
from core.devices.pumps.fusion.messages import LARGEST, Message, MessageUnfit, Splitter, wire_of
from core.devices.pumps.fusion.sales import sale_of, sales_of
from core.devices.pumps.fusion.setup import grades_of, hoses_of
from core.devices.pumps.fusion.states import PARTS, STATES, TABLE, meaning
from core.domain.ids import NozzleNumber, PumpNumber
from core.domain.pump import PumpState

CHINA = timezone(timedelta(hours=8))
SALE = {
    "SA": "185", "PM": "1", "HO": "2", "VO": "45.455", "AM": "50.00", "PU": "1.100", "DA": "20261123", "TI": "101500",
    "SDA": "20261123", "STI": "101200", "FVO": "1045.455",
}  # fmt: skip


def event(values: dict[str, str], name: str = "EVT_PUMP_NEW_TRANSACTION") -> Message:
    return Message("POST", name, values)


def test_the_messages_of_the_text_are_written_as_they_stand_there():
    assert (
        wire_of(Message("POST", "REQ_PUMP_STATUS_ID_000")) == b"00035|5|2||POST|REQ_PUMP_STATUS_ID_000||||^"
    )
    assert wire_of(Message("ECHO", "")) == b"00012|5|2||ECHO||||^"


def test_every_state_with_every_part_has_a_meaning():
    assert set(TABLE) == {(state, part) for state in STATES for part in PARTS}
    assert {TABLE[state, "STOPPED"] for state in ("IDLE", "CALLING")} == {PumpState.CLOSED}
    assert TABLE["IDLE", "MONEY_PRESET"] is PumpState.AUTHORISED


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_word_that_the_text_does_not_have_is_no_state(state: str, part: str):
    assert meaning(state, part) in PumpState
    if state not in STATES:
        assert meaning(state, part) is PumpState.UNKNOWN


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_whatever_arrives_is_cut_into_messages_or_named(pieces: list[bytes]):
    splitter = Splitter()
    for piece in pieces:
        messages, unfit = splitter.feed(piece)
        assert all(isinstance(each, Message) for each in messages)
        assert all(str(each) for each in unfit)


@given(st.integers(1, 60))
def test_a_message_in_pieces_is_one(size: int):
    raw = wire_of(event(SALE)) + b"\r\n" + wire_of(Message("ECHO", ""))
    splitter = Splitter()
    read = [message for at in range(0, len(raw), size) for message in splitter.feed(raw[at : at + size])[0]]
    assert [message.kind for message in read] == ["POST", "ECHO"]
    assert read[0].values == SALE


def test_a_message_without_an_end_is_no_message():
    splitter = Splitter()
    with pytest.raises(MessageUnfit):
        splitter.feed(b"1" * (LARGEST + 1))


def test_a_broken_message_takes_nothing_into_the_next_one():
    raw = wire_of(event(SALE))
    messages, unfit = Splitter().feed(raw[:60] + wire_of(event({**SALE, "SA": "186"})))
    assert [message.values["SA"] for message in messages] == ["186"]
    assert unfit


def test_a_sale_is_read_to_the_fen_and_by_the_controllers_wall_clock():
    sale = sale_of(event(SALE), CHINA)
    assert (sale.volume.millilitres, sale.amount.fen, sale.price.li) == (45_455, 5_000, 1_100)
    assert sale.ended == datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
    assert sale.counter is not None
    assert sale.counter.millilitres == 1_045_455


@pytest.mark.parametrize("name", ["SA", "PM", "HO", "VO", "AM", "PU", "DA"])
@given(
    wrong=st.sampled_from(["", "abc", "-1", "1E999999999", "9" * 90, "NaN", "Infinity", "1.5.5", "٣", "0x10"])
)
def test_a_sale_with_a_wrong_figure_is_no_sale(name: str, wrong: str):
    values = {**SALE, name: wrong}
    if name == "DA" and not wrong:
        return
    with pytest.raises(MessageUnfit, match=name):
        sale_of(event(values), CHINA)


def test_a_list_gives_what_can_be_read_of_it():
    values = {f"{name}{place}": value for place in (1, 2) for name, value in SALE.items()}
    values |= {"PM": "1", "QT": "2", "RC": "OK", "SA2": "184", "VO1": "abc"}
    sales, unfit = sales_of(event(values), CHINA)
    assert [sale.number for sale in sales] == [184]
    assert len(unfit) == 1


@given(st.dictionaries(st.sampled_from(["ST", "SU", "HO", "PR_HO", "PAY_IN", "LID"]), st.text(max_size=30)))
def test_any_state_message_can_be_shown(values: dict[str, str]):
    status = status_of(Message("POST", "EVT_PUMP_STATUS_CHANGE_ID_003", values))
    assert status.pump == 3
    assert status.state in PumpState


def test_set_up_is_read_as_the_text_has_it():
    pumps = hoses_of(
        event(
            {"PUMPS": "2", "P001HOSES": "2", "P001H1GRADE": "1", "P001H1PRICE": "9.99900", "P001H2GRADE": "3"}
        )
    )
    assert pumps.grades == {1: {1: 1, 2: 3}}
    assert pumps.prices[PumpNumber(1)][NozzleNumber(1)].li == 9_999
    grades = grades_of(event({"GRADES": "1", "G001DES": "SUPER", "G001GNR": "3", "G001L01": "9.999"}))
    assert (grades[0].number, grades[0].name) == (3, "SUPER")


@given(
    st.integers(0, 33 * 365 * 86_400).map(
        lambda second: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    ),
    st.integers(0, 10**9),
)
def test_a_promises_number_never_comes_twice_and_tells_its_moment(now: datetime, before: int):
    number = promise_at(now, before)
    assert is_promise(number)
    assert promise_at(now, number) == number + 1
    assert abs(moment_of(promise_at(now, 0)) - now) < timedelta(seconds=1)
    assert number_in_lock(lock_of(number)) == number
    assert number_in_payment(f"OV=7~{payment_mark(number)}") == number


@given(st.text(max_size=20))
def test_marks_of_others_are_not_ours(words: str):
    assert number_in_lock(words) is None or words.startswith("YZ-")
    assert number_in_payment(words) is None or "YZ=" in words
