"""A member who was only named tells six digits: then, and on that bill only, his points and balance may be spent."""

import pytest

from core.domain.faults import CloudUnreachable
from core.domain.ids import MemberId
from core.domain.member import Member
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.domain.refusals.cloud import SignInCodeExpired, SignInCodeWrong
from core.domain.refusals.members import MemberNotProven, NoMemberOnBill
from core.domain.sale import Sale
from tests.services.small_station import SmallStation

PHONE = "13800001234"


def named(station: SmallStation) -> Sale:
    """A bill of 45 yuan whose member gave his phone number."""
    station.member_desk.enrol(
        Member(MemberId("a" * 32), "张三", "138****1234", balance=Money(3_000), points=2_000), phone=PHONE
    )
    sale = station.a_bill(pieces=3)
    member = station.sales.find_member(PHONE)
    assert not member.proven
    return station.sales.set_member(sale.id, member, station.cashier, "云A12345")


def test_the_right_digits_prove_him_on_this_bill_and_keep_his_plate(station: SmallStation) -> None:
    sale = named(station)
    with pytest.raises(MemberNotProven):
        station.sales.use_points(sale.id, 100, station.cashier)
    confirmation = station.sales.send_confirmation(sale.id, station.cashier)
    with pytest.raises(SignInCodeWrong):
        station.sales.confirm_member(sale.id, confirmation, "000000", station.cashier)
    assert not member_of(station, sale).proven
    confirmed = station.sales.confirm_member(sale.id, confirmation, "246810", station.cashier)
    assert member_of(station, sale).proven
    assert member_of(station, sale).plate == "云A12345"
    assert (confirmed.member.points, confirmed.member.balance) == (2_000, Money(3_000))
    used = station.sales.use_points(sale.id, 1_000, station.cashier)
    assert used.points is not None
    assert used.points.worth == Money(1_000)
    with pytest.raises(SignInCodeExpired):
        station.sales.confirm_member(sale.id, confirmation, "246810", station.cashier)


def test_the_digits_pay_a_part_from_his_balance_and_cash_the_rest(station: SmallStation) -> None:
    sale = named(station)
    confirmation = station.sales.send_confirmation(sale.id, station.cashier)
    code = station.sales.confirm_member(sale.id, confirmation, "246810", station.cashier).spending_code
    paid = station.payments.take_code(sale.id, code, station.cashier, amount=Money(3_000))
    assert [(each.tender, each.amount, each.state) for each in paid.payments] == [
        (Tender.WALLET, Money(3_000), PaymentState.CAPTURED)
    ]
    done = station.payments.take_cash(sale.id, paid.due, station.cashier)
    assert done.number


def test_what_a_balance_holds_that_was_too_little_is_told_for_that_payment(station: SmallStation) -> None:
    sale = named(station)
    station.gateway.next_state = PaymentState.DECLINED
    station.gateway.next_reason = "balance_short"
    station.gateway.next_available = Money(1_234)
    declined = station.payments.take_code(sale.id, "YM123456789012345678", station.cashier).payments[-1]
    assert declined.reason == "balance_short"
    assert station.payments.available(declined.id) == Money(1_234)


def test_nobody_is_asked_where_no_member_stands_on_the_bill_or_the_cloud_is_away(
    station: SmallStation,
) -> None:
    bare = station.a_bill(pieces=1)
    with pytest.raises(NoMemberOnBill):
        station.sales.send_confirmation(bare.id, station.cashier)
    sale = named(station)
    confirmation = station.sales.send_confirmation(sale.id, station.cashier)
    station.member_desk.down = True
    with pytest.raises(CloudUnreachable):
        station.sales.send_confirmation(sale.id, station.cashier)
    with pytest.raises(CloudUnreachable):
        station.sales.confirm_member(sale.id, confirmation, "246810", station.cashier)
    assert not member_of(station, sale).proven
    station.member_desk.down = False
    station.sales.confirm_member(sale.id, confirmation, "246810", station.cashier)
    assert member_of(station, sale).proven


def member_of(station: SmallStation, sale: Sale):
    member = station.sale(sale.id).member
    assert member is not None
    return member
