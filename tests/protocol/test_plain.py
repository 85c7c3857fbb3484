"""The bodies that are written as plain JSON are what their classes promise."""

import json
from dataclasses import replace

import pytest

from core.domain.ids import LineId
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.sale import Sale
from core.protocol.codec import unwrap
from core.protocol.envelope import Envelope
from core.protocol.from_station import SaleCompleted
from core.protocol.plain import sale_completed
from tests.builders import MOMENT, a_fill, a_payment, a_sale, completed, fresh_id


def _split(sale: Sale) -> Sale:
    half = a_payment(sale, amount=Money(100), tender=Tender.WECHAT, provider_ref="420000")
    return sale.with_payment(half)


def _keyed() -> Sale:
    """Goods whose typed name JSON has to take care of."""
    return a_sale().with_keyed(LineId(fresh_id()), '玻璃水 "2L" \\', Money(1_500), 2)


@pytest.mark.parametrize(
    "sale", [a_sale(), a_sale(a_fill()), a_sale(a_fill(), a_fill()), _split(a_sale(a_fill())), _keyed()]
)
def test_a_completed_sale_is_the_message_that_its_class_describes(sale: Sale) -> None:
    sold = replace(completed(sale, "20261122-0001"))
    plain = sale_completed(sold, fresh_id(), MOMENT)
    body = json.loads(plain.body)
    message = unwrap(Envelope(id=plain.id, kind=plain.kind, version=plain.version, at=plain.at, body=body))
    assert isinstance(message, SaleCompleted)
    assert (plain.kind, plain.version) == (SaleCompleted.kind, SaleCompleted.version)
    # Nothing is missing, nothing is called otherwise, nothing is written in another form.
    assert message.model_dump(mode="json") == body
    assert message.total_fen == sold.total.fen == sum(each.amount_fen for each in message.payments)
