"""A till remembers what it wrote last, and believes it only as long as nobody else has written since."""

import dataclasses

import pytest

from core.domain.coupon import CouponUseState
from core.domain.events.sales import SaleChanged
from core.domain.refusals.people import StaffNotFound
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from tests.builders import a_coupon, a_fill, a_sale, a_staff_member
from tests.persistence.conftest import SHANGHAI, HandMovedClock


@pytest.fixture(name="other")
def _other(station_database: Database):
    """Another program at the same database."""
    database = Database(station_database.address)
    numbers = iter(range(10**6, 2 * 10**6))
    yield UnitsOfWork(
        database, "desk", HandMovedClock(), lambda: f"{next(numbers):032x}", lambda _recorded: None, SHANGHAI
    )
    database.close()


def test_what_another_program_changed_is_seen_at_once(work: UnitsOfWork, other: UnitsOfWork, shift) -> None:
    fill, member = a_fill(shift=shift), a_staff_member()
    sale = a_sale(fill, shift=shift)
    with work() as here:
        here.fills.save(fill)
        here.sales.save(sale)
        here.staff.save(member)
    with work() as here:
        assert here.sales.get(sale.id) == sale
        here.staff.get(member.id)
    with other() as there:
        there.sales.save(there.sales.get(sale.id).without_line(sale.lines[0].id))
        there.fills.save(there.fills.get(fill.id).taken_into(sale.id))
        there.staff.save(dataclasses.replace(member, active=False))
    with work() as here:
        assert here.sales.get(sale.id).lines == ()
        assert here.fills.get(fill.id).sale == sale.id
        assert not here.staff.get(member.id).active


def test_what_was_rolled_back_was_never_there(work: UnitsOfWork, shift) -> None:
    member = a_staff_member()
    sale = a_sale(shift=shift)
    with work() as here:
        here.sales.save(sale)

    def fail() -> None:
        with work() as here:
            here.staff.save(member)
            here.staff.get(member.id)
            here.sales.save(sale.without_line(sale.lines[0].id))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with work() as here:
        assert here.sales.get(sale.id) == sale
        with pytest.raises(StaffNotFound):
            here.staff.get(member.id)


def test_a_coupon_use_that_is_saved_alone_is_off_the_remembered_bill(work: UnitsOfWork, shift) -> None:
    sale = a_sale(shift=shift)
    use = a_coupon(sale=sale.id)
    sale = dataclasses.replace(sale, coupon=use)
    with work() as here:
        here.sales.save(sale)
    with work() as here:
        here.coupon_uses.save(dataclasses.replace(use, state=CouponUseState.RELEASED))
    with work() as here:
        assert here.sales.get(sale.id).coupon is None


def test_bills_of_two_programs_are_numbered_on(work: UnitsOfWork, other: UnitsOfWork) -> None:
    moment = HandMovedClock().now()
    numbers = []
    for turn in (work, work, other, work, other, other, work):
        with turn() as each:
            numbers.append(each.sales.next_number(moment))
    assert [number.partition("-")[2] for number in numbers] == [f"{count:04}" for count in range(1, 8)]


def test_a_number_of_a_bill_that_was_rolled_back_is_given_again(work: UnitsOfWork) -> None:
    moment = HandMovedClock().now()
    with work() as here:
        here.sales.next_number(moment)

    def fail() -> None:
        with work() as here:
            here.sales.next_number(moment)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with work() as here:
        assert here.sales.next_number(moment).endswith("-0002")


def test_numbers_of_two_programs_never_meet(work: UnitsOfWork, other: UnitsOfWork) -> None:
    for turn in (work, other, work, work, other):
        with turn() as each:
            each.record(SaleChanged("x"))
    with work.reading() as looking:
        assert [number for number, _program, _event in looking.events.after(0, 9)] == [1, 2, 3, 4, 5]
