"""A new station's plan from a TOML file: grades, pumps, tanks, prices, goods, people."""

import tomllib
from pathlib import Path
from typing import Any

from core.domain.ids import GoodsId, GradeCode, NozzleId, NozzleNumber, PumpNumber, TankNumber, nozzle_id
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.product import FuelGrade, Goods
from core.domain.pump import Nozzle, Pump
from core.domain.refusals.tanks import StrappingUnfit, TankUnfit
from core.domain.staff import FIRST_ROLES, Role
from core.domain.tanks.strapping import read_strapping
from core.domain.tanks.tank import DENSITY_OF_THE_REST, USUAL_DENSITY, Tank, TankLimits, check_strapping
from core.ports.identity import Identity
from core.resources import resource
from core.services.opening import PlannedPerson, PlannedTank, StationPlan
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
            tanks=tuple(_tank(each, plan, file.parent) for each in plan.get("tanks", [])),
        )
    except (OSError, KeyError, TypeError, ValueError, TankUnfit, StrappingUnfit) as error:
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


def _tank(each: dict[str, Any], plan: dict[str, Any], folder: Path) -> PlannedTank:
    """A tank; its nozzles are those of its grade, unless they are named."""
    grade, capacity = GradeCode(each["grade"]), each["capacity"]
    of_grade = [
        nozzle_id(PumpNumber(pump["number"]), NozzleNumber(place))
        for pump in plan["pumps"]
        for place, code in enumerate(pump["nozzles"], 1)
        if code == grade
    ]
    safe = each.get("safe_fill", capacity * 95 // 100)
    limits = TankLimits(
        critical_low=_litres(each.get("critical_low", capacity // 20)),
        low=_litres(each.get("low", capacity * 15 // 100)),
        high=_litres(each.get("high", capacity * 90 // 100)),
        critical_high=_litres(each.get("critical_high", safe)),
    )
    tank = Tank(
        TankNumber(each["number"]),
        grade,
        _litres(capacity),
        _litres(safe),
        limits,
        frozenset(NozzleId(name) for name in each.get("nozzles", of_grade)),
        TankNumber(each["manifold"]) if "manifold" in each else None,
        each.get("density_20", USUAL_DENSITY.get(grade, DENSITY_OF_THE_REST)),
    )
    if "strapping" not in each:
        return PlannedTank(tank)
    table = read_strapping((folder / each["strapping"]).read_text(encoding="utf-8"))
    check_strapping(tank, table)
    return PlannedTank(tank, table)


def _litres(whole: int) -> Litres:
    return Litres(whole * 1_000)
