"""Lay out a new station: fuels, pumps, tanks, prices, goods, people, from a plan."""

import secrets
from dataclasses import dataclass, replace

from core.domain.ids import GradeCode, StaffId
from core.domain.pin import SALT_BYTES, pin_hash
from core.domain.price import UnitPrice
from core.domain.product import FuelGrade, Goods
from core.domain.pump import Pump
from core.domain.refusals.people import StationAlreadyOpen
from core.domain.staff import Role, StaffMember
from core.domain.tanks.strapping import StrappingTable
from core.domain.tanks.tank import Tank, check_strapping, check_tanks
from core.ports.clock import Clock
from core.ports.identity import Identity
from core.ports.unit_of_work import UnitOfWork
from core.wording.initials import initials_of


@dataclass(frozen=True, slots=True)
class PlannedPerson:
    """Somebody who will work here, with the first PIN."""

    name: str
    role: Role
    pin: str


@dataclass(frozen=True, slots=True)
class PlannedTank:
    """A tank with its strapping table, where there is one."""

    tank: Tank
    strapping: StrappingTable | None = None


@dataclass(frozen=True, slots=True)
class StationPlan:
    """What a new station consists of."""

    grades: tuple[FuelGrade, ...]
    pumps: tuple[Pump, ...]
    prices: tuple[tuple[GradeCode, UnitPrice], ...]
    goods: tuple[Goods, ...]
    people: tuple[PlannedPerson, ...]
    tanks: tuple[PlannedTank, ...] = ()


class OpeningDesk:
    """Fills an empty station database, once."""

    def __init__(self, work: UnitOfWork, clock: Clock, ids: Identity) -> None:
        self._work = work
        self._clock = clock
        self._ids = ids

    def lay_out(self, plan: StationPlan) -> None:
        """Write the plan down, whole or not at all. Raises StationAlreadyOpen, PinUnfit, TankUnfit."""
        people = [
            StaffMember(
                StaffId(self._ids()),
                person.name,
                person.role,
                pin_hash(person.pin, secrets.token_bytes(SALT_BYTES)),
            )
            for person in plan.people
        ]
        now = self._clock.now()
        _check_tanks(plan)
        with self._work() as work:
            if work.staff.active() or work.forecourt.pumps():
                raise StationAlreadyOpen
            work.forecourt.lay_out(plan.grades, plan.pumps)
            for grade, price in plan.prices:
                work.prices.set_board(grade, price, now)
            for goods in plan.goods:
                work.catalogue.save(replace(goods, initials=initials_of(goods.name)))
            for person in people:
                work.staff.save(person)
            for planned in plan.tanks:
                work.tanks.save(planned.tank)
                if planned.strapping is not None:
                    work.tanks.strap(planned.tank.number, planned.strapping)


def _check_tanks(plan: StationPlan) -> None:
    """Raises TankUnfit where a tank contradicts the rest of the plan."""
    hoses = {nozzle.id: nozzle.grade for pump in plan.pumps for nozzle in pump.nozzles}
    check_tanks([each.tank for each in plan.tanks], [grade.code for grade in plan.grades], hoses)
    for each in plan.tanks:
        if each.strapping is not None:
            check_strapping(each.tank, each.strapping)
