"""What comes off bills at this station: offers, floors, rules; change each, see what held before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from admin_app.prices.typed_moment import as_typed, moment_of
from admin_app.prices.typed_price import price_of
from admin_app.refreshing import RefreshingPresenter
from core.domain.ids import ApprovalId, GradeCode, OfferId, StaffId
from core.domain.litres import Litres
from core.domain.offer import BillRules, LitreOffer, OfferBook, StepKind
from core.domain.price import UnitPrice
from core.domain.refusals.offers import OfferUnfit
from core.domain.refusals.people import ApprovalNeeded
from core.domain.refusals.refusal import Refusal
from core.ports.clock import Clock
from core.ports.offers import OfferEntry
from core.qt.approval.asking import AsksApproval
from core.qt.background import Runs
from core.qt.notices import Notices
from core.wording import names
from core.wording.catalogue import _

if TYPE_CHECKING:
    from core.services.offers import OfferDesk
    from core.services.prices.desk import PriceDesk
    from core.services.staff import StaffDesk

_MOST_OFF_LI = 5_000


class Lack(StrEnum):
    """What is still missing or wrong before an offer can be saved."""

    NOTHING = ""
    TITLE = "title"
    OFF = "off"
    UNTIL = "until"
    DAYS = "days"
    HOURS = "hours"
    LITRES = "litres"


@dataclass(frozen=True, slots=True)
class Draft:
    """An offer as it is being typed; texts are as typed."""

    id: OfferId | None = None  # None for a new one
    title: str = ""
    members: bool = True
    off: str = ""  # yuan a litre
    grades: frozenset[GradeCode] = frozenset()
    levels: str = ""
    valid_from: datetime | None = None
    until: str = ""
    weekdays: frozenset[int] = frozenset()
    month_days: str = ""
    hours: tuple[int, int] = (0, 24)
    litres: str = ""
    stacks: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """What was read."""

    book: OfferBook = field(default_factory=OfferBook)
    prices: Mapping[GradeCode, UnitPrice] = field(default_factory=dict)
    history: tuple[OfferEntry, ...] = ()
    people: Mapping[StaffId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OffersState:
    """Everything in the room, and the offer that is being typed, if any."""

    figures: Figures = field(default_factory=Figures)
    draft: Draft | None = None
    saving: bool = False

    @property
    def lack(self) -> Lack:
        """The first thing that is missing or wrong."""
        return Lack.NOTHING if self.draft is None else _lack(self.draft)


class OffersPresenter(RefreshingPresenter[Figures]):
    """Signals: changed; saved(str), what was."""

    saved = Signal(str)

    def __init__(  # noqa: PLR0917 - each is one of the desk's
        self,
        offers: "OfferDesk",
        prices: "PriceDesk",
        staff: "StaffDesk",
        clock: Clock,
        background: Runs,
        notices: Notices,
        approvals: AsksApproval,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(background, notices, parent)
        self._approvals = approvals
        self._offers = offers
        self._prices = prices
        self._staff = staff
        self._clock = clock
        self.state = OffersState()

    def begin_new(self) -> None:
        """An empty form."""
        self._show(replace(self.state, draft=Draft()))

    def begin_change(self, offer: OfferId) -> None:
        """The form about this offer."""
        known = next((each for each in self.state.figures.book.offers if each.id == offer), None)
        if known is not None:
            self._show(replace(self.state, draft=_draft_of(known)))

    def type_draft(self, draft: Draft) -> None:
        """The form so far."""
        self._show(replace(self.state, draft=draft))

    def give_up(self) -> None:
        """No form any more; nothing is saved."""
        self._show(replace(self.state, draft=None, saving=False))

    def save(self) -> None:
        """Keep what is typed."""
        draft = self.state.draft
        if draft is None or self.state.lack:
            return
        offer = _offer_of(draft, draft.id or self._offers.new_id(), self._clock.now())
        by = self._by
        self._keep(lambda leave: self._offers.save(offer, by, leave), offer.title)

    def end(self, offer: OfferId) -> None:
        """Take it back from now on."""
        by = self._by
        title = next((each.title for each in self.state.figures.book.offers if each.id == offer), "")
        self._keep(lambda leave: self._offers.end(offer, by, leave), title)

    def set_floor(self, grade: GradeCode, text: str) -> None:
        """The least that a litre of the grade may cost; nothing typed lifts it."""
        price = price_of(text) if text.strip() else None
        if text.strip() and price is None:
            self._notices.fault(OfferUnfit("floor"))
            return
        by = self._by
        self._keep(lambda leave: self._offers.set_floor(grade, price, by, leave), names.grade(grade))

    def set_rules(self, rules: BillRules) -> None:
        """The station's rules for bills."""
        by = self._by
        self._keep(lambda leave: self._offers.set_rules(rules, by, leave), _("the rules for bills"))

    def _keep(
        self, call: Callable[[ApprovalId | None], None], title: str, leave: ApprovalId | None = None
    ) -> None:
        def done(_nothing: object = None) -> None:
            self.give_up()
            self.saved.emit(title)
            self.reload()

        def failed(error: Exception) -> None:
            self._show(replace(self.state, saving=False))
            if isinstance(error, ApprovalNeeded):
                words = _("Change what comes off bills: {title}").format(title=title)
                self._approvals.ask(error, lambda given: self._keep(call, title, given), words)
            else:
                self._notices.fault(error)

        if not self.state.saving:
            self._show(replace(self.state, saving=True))
            self._background.run(lambda: call(leave), done, failed)

    def _read(self) -> Figures:
        return Figures(
            self._offers.book(),
            self._prices.view().board.prices,
            tuple(self._offers.history()),
            {member.id: member.name for member in self._staff.people()},
        )

    def _arrived(self, figures: Figures) -> None:
        self._show(replace(self.state, figures=figures))

    def _show(self, state: OffersState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()


def _lack(draft: Draft) -> Lack:
    price = price_of(draft.off)
    litres = draft.litres.strip()
    wrong = {
        Lack.TITLE: not draft.title.strip(),
        Lack.OFF: price is None or not 1 <= price.li <= _MOST_OFF_LI,
        Lack.UNTIL: bool(draft.until.strip()) and moment_of(draft.until) is None,
        Lack.DAYS: _days(draft.month_days) is None,
        Lack.HOURS: draft.hours[0] == draft.hours[1],
        Lack.LITRES: bool(litres) and not (litres.isascii() and litres.isdigit()),
    }
    return next((lack for lack, is_wrong in wrong.items() if is_wrong), Lack.NOTHING)


def _days(text: str) -> tuple[int, ...] | None:
    parts = [part for part in text.replace("，", ",").replace(" ", ",").split(",") if part]
    if not all(part.isascii() and part.isdigit() and 1 <= int(part) <= 31 for part in parts):
        return None
    return tuple(sorted({int(part) for part in parts}))


def _offer_of(draft: Draft, offer: OfferId, now: datetime) -> LitreOffer:
    price = price_of(draft.off)
    if price is None:
        raise _Unfit
    levels = tuple(part for part in draft.levels.replace("，", ",").replace(" ", ",").split(",") if part)
    return LitreOffer(
        offer,
        draft.title.strip(),
        StepKind.MEMBER if draft.members else StepKind.CAMPAIGN,
        price.li,
        draft.valid_from or now,
        moment_of(draft.until) if draft.until.strip() else None,
        tuple(sorted(draft.grades)),
        levels,
        tuple(sorted(draft.weekdays)),
        _days(draft.month_days) or (),
        draft.hours[0],
        draft.hours[1],
        Litres(int(draft.litres or "0") * 1_000),
        draft.stacks,
    )


_Unfit: Refusal = OfferUnfit("off_li")


def _draft_of(offer: LitreOffer) -> Draft:
    return Draft(
        offer.id,
        offer.title,
        offer.kind is StepKind.MEMBER,
        f"{offer.off_li // 1_000}.{offer.off_li % 1_000:03}",
        frozenset(offer.grades),
        ",".join(offer.levels),
        offer.valid_from,
        as_typed(offer.valid_until) if offer.valid_until is not None else "",
        frozenset(offer.weekdays),
        ",".join(str(day) for day in offer.month_days),
        (offer.from_hour, offer.until_hour),
        str(offer.least_volume.millilitres // 1_000) if offer.least_volume else "",
        offer.stacks,
    )
