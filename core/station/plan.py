"""A new station's plan from a TOML file: grades, pumps, prices, goods, people."""

import tomllib
from pathlib import Path
from typing import Any

from core.domain.ids import GoodsId, GradeCode, NozzleNumber, PumpNumber
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.product import FuelGrade, Goods
from core.domain.pump import Nozzle, Pump
from core.domain.staff import FIRST_ROLES, Role
from core.ports.identity import Identity
from core.resources import resource
from core.services.opening import PlannedPerson, StationPlan
from core.station.settings import SettingsUnfit
from core.wording.catalogue import mark


def read_plan(file: Path, ids: Identity) -> StationPlan:
    """Read a plan; resources/demo/plan.toml is one. Raises SettingsUnfit where it is not one."""
    try:
        plan = tomllib.loads(file.read_text(encoding="utf-8"))
        return StationPlan(
            grades=tuple(
                FuelGrade(GradeCode(each["code"]), each["controller_grade"]) for each in plan["grades"]
            ),
            pumps=tuple(_pump(each) for each in plan["pumps"]),
            prices=tuple((GradeCode(each["code"]), UnitPrice(each["price_li"])) for each in plan["grades"]),
            goods=tuple(
                Goods(
                    GoodsId(ids()),
                    each["barcode"],
                    each["name"],
                    Money(each["price_fen"]),
                    each.get("stock", 0),
                )
                for each in plan.get("goods", [])
            ),
            people=tuple(
                PlannedPerson(each["name"], _role(each["role"]), each["pin"]) for each in plan["people"]
            ),
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SettingsUnfit(
            mark("{file} is not a station's plan: {why}. {model} is one."),
            file=file,
            why=repr(error),
            model=resource("demo/plan.toml"),
        ) from error


def _role(code: str) -> Role:
    """One of those that every station begins with. Raises ValueError."""
    for role in FIRST_ROLES:
        if role.code == code:
            return role
    raise ValueError(f"there is no role {code}")


def _pump(each: dict[str, Any]) -> Pump:
    number = PumpNumber(each["number"])
    return Pump(
        number,
        tuple(
            Nozzle(number, NozzleNumber(place), GradeCode(code))
            for place, code in enumerate(each["nozzles"], 1)
        ),
    )
