"""What a scanned code is; orders and authorisations that cannot skip a step."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.refusals.orders import OrderStateUnfit
from core.domain.scan import CodeKind, cleaned, masked, what_is
from core.domain.station_order import ENDED, ServiceState
from tests.builders import an_order


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("6901234500018", CodeKind.GOODS),
        ("12345678", CodeKind.GOODS),
        ("134567890123456789", CodeKind.WECHAT),
        ("154567890123456789", CodeKind.WECHAT),
        ("164567890123456789", CodeKind.UNKNOWN),
        ("2812345678901234", CodeKind.ALIPAY),
        ("301234567890123456789012", CodeKind.ALIPAY),
        ("3112345678901234", CodeKind.UNKNOWN),
        ("YZ23456789AB", CodeKind.COUPON),
        ("yz2345-6789ab", CodeKind.COUPON),
        ("ＹＺ２３４５６７８９ＡＢ", CodeKind.COUPON),
        ("YZ0O1I56789A", CodeKind.UNKNOWN),
        ("", CodeKind.UNKNOWN),
        ("٣٤٥٦٧٨٩٠", CodeKind.UNKNOWN),
        (" 6901234 500018 \n", CodeKind.GOODS),
    ],
)
def test_a_code_is_known_by_its_shape(text: str, kind: CodeKind) -> None:
    assert what_is(text) is kind


@given(st.text(max_size=60))
def test_no_text_breaks_the_scanner(text: str) -> None:
    assert what_is(text) in CodeKind
    assert cleaned(cleaned(text)) == cleaned(text)


def test_a_payers_code_is_never_written_down_whole() -> None:
    assert masked("134567890123456789") == "13************6789"


@pytest.mark.parametrize("state", ServiceState)
def test_an_ended_order_moves_no_more(state: ServiceState) -> None:
    for ended in ENDED:
        order = an_order(state=ended)
        if state is ended:
            assert order.moved(state) is order
        else:
            with pytest.raises(OrderStateUnfit):
                order.moved(state)


def test_no_pump_is_released_before_the_plate_was_checked() -> None:
    for state in (ServiceState.WAITING, ServiceState.CLAIMING, ServiceState.ACCEPTED):
        with pytest.raises(OrderStateUnfit):
            an_order(state=state).moved(ServiceState.AUTHORISING)


def test_once_fuel_flows_an_order_is_not_taken_back() -> None:
    for state in (ServiceState.DECLINED, ServiceState.WITHDRAWN, ServiceState.WAITING):
        with pytest.raises(OrderStateUnfit):
            an_order(state=ServiceState.FUELLING).moved(state)
