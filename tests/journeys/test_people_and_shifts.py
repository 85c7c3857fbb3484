"""Wrong PINs, a lock after repeated tries, rights, and a shift that cannot be closed yet."""

import pytest

from core.domain.count import cash_count
from core.domain.money import Money
from core.domain.refusals.goods import GoodsNotFound
from core.domain.refusals.people import NotAllowed, PinLocked, WrongPin
from core.domain.refusals.shifts import ShiftHasOpenWork
from core.wording import formats
from core.wording.catalogue import Language, use
from core.wording.refusals import sentence
from tests.journeys.real_station import RealStation


def test_wrong_pins_are_counted_and_then_the_person_must_wait(audited: RealStation) -> None:
    staff = audited.till.staff
    said = []
    for _ in range(4):
        with pytest.raises(WrongPin) as wrong:
            staff.sign_in(audited.cashier, "0000")
        said.append(sentence(wrong.value))
    assert said == [f"密码不对，还可以试 {left} 次。" for left in (4, 3, 2, 1)]
    with pytest.raises(PinLocked) as locked:
        staff.sign_in(audited.cashier, "0000")
    until = formats.moment(locked.value.until)
    assert sentence(locked.value) == f"密码错误次数过多，请在 {until} 之后再试。"
    with pytest.raises(PinLocked):
        staff.sign_in(audited.cashier, "2580")  # the right one does not help now
    assert staff.sign_in(audited.attendant, "1470").id == audited.attendant


def test_the_lock_outlives_the_program(audited: RealStation) -> None:
    for _ in range(5):
        with pytest.raises((WrongPin, PinLocked)):
            audited.till.staff.sign_in(audited.manager, "1111")
    audited.shut(audited.till)
    audited.open()
    use(Language.ENGLISH)
    with pytest.raises(PinLocked) as locked:
        audited.till.staff.sign_in(audited.manager, "3690")
    assert sentence(locked.value).startswith("Too many wrong PINs. Try again after 20")


def test_who_has_no_right_is_told_so(audited: RealStation) -> None:
    with pytest.raises(NotAllowed) as refused:
        audited.till.sales.open(audited.attendant)
    assert sentence(refused.value) == "您没有收银的权限，请找站长。"


def test_a_code_that_is_no_goods_leaves_the_bill_as_it_was(audited: RealStation) -> None:
    bill = audited.bill(water=1)
    with pytest.raises(GoodsNotFound) as refused:
        audited.till.sales.add_goods(bill.id, "6900000000007", 1, audited.cashier)
    assert sentence(refused.value) == "没有条码为 6900000000007 的商品，请重新扫描或手工输入。"
    assert audited.sale(bill.id) == bill
    with pytest.raises(ShiftHasOpenWork):
        audited.till.shifts.close(cash_count(Money(50_000)), audited.cashier)
    audited.till.payments.take_cash(bill.id, bill.due, audited.cashier)
    audited.till.shifts.close(cash_count(Money(51_500)), audited.cashier)
