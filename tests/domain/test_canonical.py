"""The canonical form of a frozen value, quickly written, is the one that its rule describes."""

import json
from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.domain.ids import AccountId, MemberId, PaymentId, SaleId, StaffId
from core.domain.journal import canonical
from core.domain.money import Money
from core.domain.payment import Payment, PaymentState, Tender

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TEXTS = st.sampled_from(["", "云A·12345", 'a "b" \\', "\x1f"])
_AMOUNTS = st.sampled_from([0, 1, -5, 18_500]).map(Money)


@given(
    amount=_AMOUNTS,
    tendered=_AMOUNTS,
    state=st.sampled_from(PaymentState),
    texts=st.tuples(_TEXTS, _TEXTS, _TEXTS, _TEXTS),
    whose=st.tuples(st.none() | st.just("7" * 32), st.none() | st.just("8" * 32), st.none() | _AMOUNTS),
)
def test_a_payment_is_written_field_by_field_without_what_is_at_its_default(
    amount: Money,
    tendered: Money,
    state: PaymentState,
    texts: tuple[str, ...],
    whose: tuple[str | None, str | None, Money | None],
) -> None:
    payment = Payment(
        PaymentId("1" * 32),
        SaleId("2" * 32),
        Tender.CASH,
        amount,
        datetime(2026, 11, 22, 7, 2, 3, 54, tzinfo=UTC),
        StaffId("3" * 32),
        state,
        tendered,
        slip=texts[0],
        plate=texts[1],
        qr=texts[2],
        reason=texts[3],
        account=AccountId(whose[0]) if whose[0] else None,
        member=MemberId(whose[1]) if whose[1] else None,
        remaining=whose[2],
    )
    assert canonical((payment, None, True)) == f"[{_plainly(payment)},null,true]"


def _plainly(value: Any) -> str:
    match value:
        case StrEnum():
            return json.dumps(value.value)
        case str():
            return json.dumps(value, ensure_ascii=False)
        case datetime():
            return str((value - _EPOCH) // timedelta(microseconds=1))
        case int():
            return str(value)
        case None:
            return "null"
    shown = sorted(fields(value), key=lambda field: field.name)
    parts = [(field.name, getattr(value, field.name)) for field in shown if _is_told(field, value)]
    return "{" + ",".join(f'"{name}":{_plainly(each)}' for name, each in parts) + "}"


def _is_told(field: Any, value: object) -> bool:
    return field.default is MISSING or getattr(value, field.name) != field.default
