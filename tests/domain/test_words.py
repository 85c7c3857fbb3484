"""What a person typed becomes one line that a database, a printer and the cloud take."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.domain.ids import LineId
from core.domain.money import Money
from core.domain.refusals.typed import TitleMissing
from core.domain.words import one_line
from core.protocol.codec import unwrap
from core.protocol.envelope import Envelope
from core.protocol.from_station import SaleCompleted
from core.protocol.plain import sale_completed
from tests.builders import MOMENT, a_sale, completed, fresh_id


@given(st.text())
def test_nothing_is_in_it_that_cannot_be_seen(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert line == one_line(line) == line.strip()
    assert [letter for letter in text if letter.isprintable() and letter != " "] == [
        letter for letter in line if letter != " "
    ]


@given(st.text())
def test_the_cloud_takes_whatever_name_was_keyed_for_goods(title: str) -> None:
    try:
        sale = a_sale().with_keyed(LineId(fresh_id()), title, Money(1_500), 2)
    except TitleMissing:
        assert not one_line(title)
        return
    sold = replace(completed(sale, "20261122-0001"))
    plain = sale_completed(sold, fresh_id(), MOMENT)
    body = json.loads(plain.body)
    envelope = Envelope(id=plain.id, kind=plain.kind, version=plain.version, at=plain.at, body=body)
    assert isinstance(unwrap(envelope), SaleCompleted)
