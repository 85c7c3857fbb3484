"""What the controller is set up with: grades, pumps and their nozzles, tanks, users."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PERMISSIONS = frozenset({"Configuration", "Control", "Monitoring", "Reports", "Payments", "Shifts"})
HIGHEST_PUMP = 120
HIGHEST_NOZZLE = 6


@dataclass(frozen=True, slots=True)
class Grade:
    id: int
    name: str
    price_li: int
    expansion_ppm: int
    """Thermal expansion, millionths a degree."""


@dataclass(frozen=True, slots=True)
class PumpPlan:
    id: int
    grade_ids: tuple[int, ...]
    """The grade behind each nozzle, from nozzle 1."""


@dataclass(frozen=True, slots=True)
class TankPlan:
    id: int
    grade_id: int
    capacity_ml: int
    volume_ml: int
    water_ml: int | None = None
    """None is a thousandth of what the tank holds."""
    status: str = "OK"
    """OK, Error or Offline: how its probe is."""
    delivery: bool = False
    """Whether the probe sees fuel come in."""


@dataclass(frozen=True, slots=True)
class User:
    id: int
    login: str
    password: str
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Site:
    grades: tuple[Grade, ...]
    pumps: tuple[PumpPlan, ...]
    tanks: tuple[TankPlan, ...]
    users: tuple[User, ...]
    first_transaction: int = 1
    identifier: str = "0031002B3038510D32343933"


USUAL_GRADES = (
    Grade(1, "92", 7_810, 1_200),
    Grade(2, "95", 8_320, 1_200),
    Grade(3, "98", 9_610, 1_200),
    Grade(4, "D0", 7_450, 850),
)
USUAL_NOZZLES = ((1, 2), (1, 2), (2, 3), (1, 2), (4,), (2, 3), (1,), (4,))
USUAL_TANKS = (
    TankPlan(1, 1, 30_000_000, 18_640_000),
    TankPlan(2, 2, 30_000_000, 15_270_000),
    TankPlan(3, 3, 20_000_000, 9_830_000),
    TankPlan(4, 4, 30_000_000, 21_350_000),
)


def usual_site(pumps: int = 8, login: str = "admin", password: str = "admin") -> Site:  # noqa: S107 -- factory setting of a simulator
    """A common town station; more than eight pumps repeat the eight."""
    if not 1 <= pumps <= HIGHEST_PUMP:
        raise ValueError(f"a controller has 1 to {HIGHEST_PUMP} pumps, not {pumps}")
    return Site(
        grades=USUAL_GRADES,
        pumps=tuple(PumpPlan(n + 1, USUAL_NOZZLES[n % len(USUAL_NOZZLES)]) for n in range(pumps)),
        tanks=USUAL_TANKS,
        users=(User(1, login, password, PERMISSIONS),),
    )


def read_site(path: Path, usual: Site) -> Site:
    """The site of a JSON file; what the file leaves out is as usual.

    Keys: "grades" [{"id","name","price_li","expansion_ppm"}], "pumps" [{"id","nozzles":[grade ids]}], "tanks"
    [{"id","grade_id","capacity_ml","volume_ml"}], "users" [{"login","password","permissions"}],
    "first_transaction", "identifier".
    """
    written: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    unknown = set(written) - {"grades", "pumps", "tanks", "users", "first_transaction", "identifier"}
    if unknown:
        raise ValueError(f"{path} has keys that mean nothing here: {', '.join(sorted(unknown))}")
    site = Site(
        grades=tuple(
            Grade(g["id"], g["name"], g["price_li"], g.get("expansion_ppm", 0)) for g in written["grades"]
        )
        if "grades" in written
        else usual.grades,
        pumps=tuple(PumpPlan(p["id"], tuple(p["nozzles"])) for p in written["pumps"])
        if "pumps" in written
        else usual.pumps,
        tanks=tuple(
            TankPlan(t["id"], t["grade_id"], t["capacity_ml"], t["volume_ml"]) for t in written["tanks"]
        )
        if "tanks" in written
        else usual.tanks,
        users=tuple(
            User(n, u["login"], u["password"], frozenset(u.get("permissions", PERMISSIONS)))
            for n, u in enumerate(written["users"], start=1)
        )
        if "users" in written
        else usual.users,
        first_transaction=written.get("first_transaction", usual.first_transaction),
        identifier=written.get("identifier", usual.identifier),
    )
    _check(site)
    return site


def _check(site: Site) -> None:
    grades = {grade.id for grade in site.grades}
    for pump in site.pumps:
        if not 1 <= pump.id <= HIGHEST_PUMP or not 1 <= len(pump.grade_ids) <= HIGHEST_NOZZLE:
            raise ValueError(
                f"pump {pump.id}: ids go from 1 to {HIGHEST_PUMP}, with 1 to {HIGHEST_NOZZLE} nozzles"
            )
        if not set(pump.grade_ids) <= grades:
            raise ValueError(f"pump {pump.id} has a nozzle of a grade that is not there")
    for grade in site.grades:
        if not grade.name.isascii() or len(grade.name) > 20:
            raise ValueError(f"grade {grade.id}: a name is at most 20 ASCII characters")
    for user in site.users:
        if len(user.login) > 10 or not user.permissions <= PERMISSIONS:
            raise ValueError(
                f"user {user.login}: at most 10 characters, permissions of {sorted(PERMISSIONS)}"
            )
