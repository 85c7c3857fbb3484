"""Messages go to JSON and back, and what is not known is refused."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.refusals.cloud import UnknownMessage
from core.protocol.codec import from_fields, from_json, to_json, unwrap, wrap
from core.protocol.from_cloud import OrderPlaced, OrderWithdrawn
from core.protocol.from_station import OrderFuelling, PricesChanged
from core.protocol.moments import moment_text

_NOW = datetime(2026, 11, 22, 7, 2, 3, tzinfo=UTC)
_PLACED = OrderPlaced(
    order_id="1" * 32,
    code="402915",
    pump=1,
    nozzle=2,
    grade="G92",
    price_li=7810,
    by="amount",
    amount_fen=20000,
    discount_fen=1500,
    paid_fen=18500,
    plate="云A12345",
    car="白色 丰田卡罗拉",
    driver_phone_masked="138****5678",
    paid_at=_NOW,
)


def test_a_message_comes_back_as_it_went() -> None:
    envelope = wrap(_PLACED, "a" * 32, _NOW, number=7)
    assert (envelope.kind, envelope.version, envelope.number) == ("order_placed", 1, 7)
    again = from_json(to_json(envelope))
    assert again == envelope
    assert unwrap(again) == _PLACED


def test_moments_are_written_in_utc_with_a_z() -> None:
    in_kunming = datetime(2026, 11, 22, 15, 2, 3, tzinfo=timezone(timedelta(hours=8)))
    assert moment_text(in_kunming) == "2026-11-22T07:02:03Z"
    assert moment_text(_NOW.replace(microsecond=54_321)) == "2026-11-22T07:02:03.054Z"
    envelope = wrap(OrderWithdrawn(order_id="1" * 32, reason="nobody_accepted"), "a" * 32, in_kunming)
    assert '"at":"2026-11-22T07:02:03Z"' in to_json(envelope)


def test_a_newer_neighbour_may_say_more_in_a_kind_we_know() -> None:
    envelope = wrap(_PLACED, "a" * 32, _NOW)
    assert unwrap(envelope.model_copy(update={"body": {**envelope.body, "song": "la"}})) == _PLACED


@pytest.mark.parametrize(
    "other", [{"kind": "order_sung"}, {"version": 2}, {"body": {}}, {"body": {"order_id": 5}}]
)
def test_what_is_not_known_is_refused(other: dict[str, Any]) -> None:
    envelope = wrap(_PLACED, "a" * 32, _NOW)
    with pytest.raises(UnknownMessage):
        unwrap(envelope.model_copy(update=other))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"id": "x"}',
        "null",
        '{"id": "' + "a" * 32 + '", "kind": "x", "version": 1, "at": 0, "body": {}}',
    ],
)
def test_what_is_no_envelope_is_refused(text: str) -> None:
    with pytest.raises(UnknownMessage):
        from_json(text)


@pytest.mark.parametrize("amount", [-1, 1.5, "5", True, None, 10**12])
def test_an_amount_is_a_whole_number_of_fen(amount: object) -> None:
    body = {"order_id": "1" * 32, "volume_ml": 1, "amount_fen": amount, "at": "2026-11-22T07:02:03Z"}
    with pytest.raises(UnknownMessage, match="amount_fen"):
        unwrap(
            from_fields(
                {
                    "id": "a" * 32,
                    "kind": "order_fuelling",
                    "version": 1,
                    "at": "2026-11-22T07:02:03Z",
                    "body": body,
                }
            )
        )


def test_a_zero_byte_reaches_no_database() -> None:
    with pytest.raises(ValueError, match="car"):
        OrderPlaced.model_validate({**_PLACED.model_dump(), "car": "a\x00b"})


@given(
    volume=st.integers(0, 2_000_000_000),
    amount=st.integers(0, 2_000_000_000),
    at=st.datetimes(timezones=st.just(UTC)),
)
def test_every_reading_survives_the_way(volume: int, amount: int, at: datetime) -> None:
    at = at.replace(microsecond=0)
    reading = OrderFuelling(order_id="1" * 32, volume_ml=volume, amount_fen=amount, at=at)
    assert unwrap(from_json(to_json(wrap(reading, "a" * 32, at)))) == reading


def test_a_board_without_coming_prices_is_whole() -> None:
    board = PricesChanged.model_validate({"prices": [{"grade": "G92", "price_li": 7810}]})
    assert board.coming == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("order_id", "1" * 32 + "\n"),
        ("code", "\ud800"),
        ("by", "money"),
        ("paid_at", 1_763_794_923),
        ("paid_at", "2026-11-22T07:02:03"),
        ("pump", 0),
        ("volume_ml", 1.0),
        ("plate", "云" * 201),
    ],
)
def test_a_field_that_is_not_what_it_must_be_is_named(field: str, value: object) -> None:
    envelope = wrap(_PLACED, "a" * 32, _NOW)
    with pytest.raises(UnknownMessage) as refused:
        unwrap(envelope.model_copy(update={"body": {**envelope.body, field: value}}))
    assert refused.value.why.startswith(f"{field}: ")


def test_what_is_wrong_deep_inside_is_found_by_its_place() -> None:
    with pytest.raises(ValueError, match=r"^prices\.1\.price_li: "):
        PricesChanged.model_validate(
            {"prices": [{"grade": "G92", "price_li": 7810}, {"grade": "G95", "price_li": 0}]}
        )


def test_a_message_does_not_change() -> None:
    with pytest.raises(AttributeError):
        _PLACED.pump = 2  # type: ignore[misc]
    assert hash(_PLACED) == hash(unwrap(wrap(_PLACED, "a" * 32, _NOW)))
