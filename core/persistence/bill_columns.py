"""A bill's steps and member, and an offer's terms, as columns of JSON text: read whole, never searched."""

import json
from datetime import datetime
from typing import Any

from core.domain.ids import GradeCode, LineId, MemberId, OfferId
from core.domain.litres import Litres
from core.domain.member import EarningRule, PointsRule, SaleMember
from core.domain.money import ZERO, Money
from core.domain.offer import BillRules, LitreOffer, RoundTo, Step, StepKind
from core.persistence.column_types import AsColumn, to_json
from core.persistence.words import Text

_Steps = tuple[Step, ...]


class StepsJson(AsColumn[_Steps]):
    """How a bill's discounts came about: one text a bill, as its steps are only ever read and written together."""

    impl = Text

    def to_column(self, value: _Steps) -> str:
        return to_json({"steps": [_of_step(step) for step in value]}) if value else ""

    def from_column(self, value: Any) -> _Steps:
        return tuple(_step(each) for each in json.loads(value)["steps"]) if value else ()


class MemberJson(AsColumn[SaleMember]):
    """The member on a bill, as he was then."""

    impl = Text

    def to_column(self, value: SaleMember) -> str:
        return to_json(
            {
                "id": value.id,
                "name": value.name,
                "phone": value.phone_masked,
                "level": value.level,
                "level_title": value.level_title,
                "plate": value.plate,
                "proven": value.proven,
                "rule": [value.points_rule.points_per_yuan_off, value.points_rule.most_percent],
                "points": value.points,
                "earning": [value.earning.per_yuan, value.earning.per_litre] if value.earning else None,
            }
        )

    def from_column(self, value: Any) -> SaleMember:
        known = json.loads(value)
        return SaleMember(
            MemberId(known["id"]),
            known["name"],
            known["phone"],
            known["level"],
            known["level_title"],
            known["plate"],
            known["proven"],
            PointsRule(*known["rule"]),
            known.get("points", 0),
            EarningRule(*known["earning"]) if known.get("earning") else None,
        )


def _of_step(step: Step) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": step.kind.value}
    if step.title:
        found["title"] = step.title
    if step.amount:
        found["fen"] = step.amount.fen
        found["parts"] = {line: part.fen for line, part in step.parts}
    if step.why:
        found["why"] = step.why
    if step.need or step.have:
        found["need"], found["have"] = step.need.fen, step.have.fen
    return found


def _step(found: dict[str, Any]) -> Step:
    return Step(
        StepKind(found["kind"]),
        found.get("title", ""),
        Money(found["fen"]) if "fen" in found else ZERO,
        tuple((LineId(line), Money(part)) for line, part in found.get("parts", {}).items()),
        found.get("why", ""),
        Money(found.get("need", 0)),
        Money(found.get("have", 0)),
    )


def offer_text(offer: LitreOffer) -> str:
    """An offer's terms."""
    return to_json(
        {
            "title": offer.title,
            "kind": offer.kind.value,
            "off_li": offer.off_li,
            "from": offer.valid_from.isoformat(),
            "until": None if offer.valid_until is None else offer.valid_until.isoformat(),
            "grades": list(offer.grades),
            "levels": list(offer.levels),
            "weekdays": list(offer.weekdays),
            "month_days": list(offer.month_days),
            "hours": [offer.from_hour, offer.until_hour],
            "least_ml": offer.least_volume.millilitres,
            "stacks": offer.stacks,
        }
    )


def offer_of(offer: OfferId, text: str) -> LitreOffer:
    """The offer of that id with these terms."""
    terms = json.loads(text)
    return LitreOffer(
        offer,
        terms["title"],
        StepKind(terms["kind"]),
        terms["off_li"],
        datetime.fromisoformat(terms["from"]),
        None if terms["until"] is None else datetime.fromisoformat(terms["until"]),
        tuple(GradeCode(grade) for grade in terms["grades"]),
        tuple(terms["levels"]),
        tuple(terms["weekdays"]),
        tuple(terms["month_days"]),
        terms["hours"][0],
        terms["hours"][1],
        Litres(terms["least_ml"]),
        terms["stacks"],
    )


def rules_text(rules: BillRules) -> str:
    """The station's rules for bills."""
    return to_json(
        {
            "round_to": rules.round_to.value,
            "hand_round_to": rules.hand_round_to.value,
            "points_most_percent": rules.points_most_percent,
            "guard_line_void": rules.guard_line_void,
        }
    )


def rules_of(text: str) -> BillRules:
    """The rules again."""
    found = json.loads(text)
    return BillRules(
        RoundTo(found["round_to"]),
        RoundTo(found["hand_round_to"]),
        found["points_most_percent"],
        found["guard_line_void"],
    )
