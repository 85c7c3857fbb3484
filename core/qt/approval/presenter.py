"""Somebody who may agrees, here and now, to what the person signed in wants to do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.domain.approval import Approval
from core.domain.ids import ApprovalId, StaffId
from core.domain.refusals.people import ApprovalNeeded
from core.domain.staff import Permission, StaffMember
from core.qt.background import Runs
from core.qt.sign_in.proving import ProvingPresenter

if TYPE_CHECKING:
    from core.services.staff import StaffDesk


@dataclass(frozen=True, slots=True)
class Question:
    """What is being asked: for which right, for what, and what comes after."""

    permission: Permission
    subject: str
    words: str
    retry: Callable[[ApprovalId], object]
    given_up: Callable[[], object]


class Approvals(ProvingPresenter[Approval]):
    """AsksApproval over the staff desk. Signals: changed; `question` is None while nothing is asked."""

    def __init__(self, staff: "StaffDesk", background: Runs, parent: QObject | None = None) -> None:
        super().__init__(background, parent)
        self._staff = staff
        self._by = StaffId("")
        self.question: Question | None = None

    def serve(self, person: StaffId) -> None:
        """This person asks from now on; what another asked for is forgotten."""
        self.give_up()
        self._by = person

    def take_over(self, person: StaffId) -> None:
        """Another person is at the till: what the one before asked for is forgotten."""
        self.serve(person)

    def ask(
        self,
        needed: ApprovalNeeded,
        retry: Callable[[ApprovalId], object],
        words: str,
        given_up: Callable[[], object] | None = None,
    ) -> None:
        """Ask; a question that was there before is given up."""
        self.give_up()
        self.question = Question(
            Permission(needed.permission), needed.subject, words, retry, given_up or (lambda: None)
        )
        self.state = type(self.state)()
        self.begin()

    def give_up(self) -> None:
        """Nobody agreed."""
        question, self.question = self.question, None
        if question is not None:
            self.changed.emit()
            question.given_up()

    def _people(self) -> Sequence[StaffMember]:
        question = self.question
        return [] if question is None else self._staff.who_may(question.permission, self._by)

    def _loaded(self, people: Sequence[StaffMember]) -> None:
        super()._loaded(people)
        if len(people) == 1 and self.state.chosen is None:
            self.choose(people[0].id)

    def _try(self, chosen: StaffId | None, proof: str) -> Approval:
        question = self.question
        assert question is not None
        return self._staff.approve(chosen, proof, question.permission, self._by, question.subject)

    def _proven(self, result: Approval) -> None:
        # While the proof was looked at, another question may have come up: this agreement is not for that one.
        question = self.question
        if question is None or (result.permission, result.subject) != (question.permission, question.subject):
            return
        self.question = None
        self.changed.emit()
        question.retry(result.id)
