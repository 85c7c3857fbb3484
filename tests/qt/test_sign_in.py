"""Choose the person, then the PIN."""

import pytest
from pytestqt.qtbot import QtBot

from core.domain.refusals.people import WrongPin
from core.domain.staff import FIRST_ROLES, Permission, Role, StaffMember
from core.qt.background import Inline
from core.qt.sign_in.presenter import SignInPresenter


class Desk:
    """Stands where the staff desk does."""

    def people(self) -> tuple[StaffMember, ...]:
        return tuple(StaffMember(role.code, role.code, role, "") for role in FIRST_ROLES)  # type: ignore[arg-type]

    def sign_in(self, staff: str, pin: str) -> StaffMember:
        if pin != "2580":
            raise WrongPin(4)
        return next(person for person in self.people() if person.id == staff)


@pytest.fixture
def presenter(qapp: object) -> SignInPresenter:
    built = SignInPresenter(Desk(), Inline(), (Permission.SELL,))  # type: ignore[arg-type]
    built.begin()
    return built


def test_only_who_may_work_here_is_offered(presenter: SignInPresenter) -> None:
    assert [person.role for person in presenter.state.people] == [Role.CASHIER, Role.MANAGER]


def test_the_right_pin_signs_in(presenter: SignInPresenter, qtbot: QtBot) -> None:
    presenter.choose(presenter.state.people[0].id)
    presenter.type_pin("2580")
    with qtbot.waitSignal(presenter.signed_in) as caught:
        presenter.sign_in()
    assert caught.args[0].role == Role.CASHIER


def test_a_wrong_pin_empties_the_field_and_is_told(presenter: SignInPresenter) -> None:
    presenter.choose(presenter.state.people[0].id)
    presenter.type_pin("0000")
    presenter.sign_in()
    assert presenter.state.pin == ""
    assert isinstance(presenter.state.trouble, WrongPin)
    assert not presenter.state.busy


def test_three_digits_are_not_tried(presenter: SignInPresenter) -> None:
    presenter.choose(presenter.state.people[0].id)
    presenter.type_pin("258")
    presenter.sign_in()
    assert presenter.state.trouble is None


def test_another_person_starts_with_an_empty_pin(presenter: SignInPresenter) -> None:
    first, second = presenter.state.people
    presenter.choose(first.id)
    presenter.type_pin("25")
    presenter.choose(second.id)
    assert presenter.state.pin == ""
