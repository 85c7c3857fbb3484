"""python -m core.station: lay out a new station, pair it with the cloud, verify its journal."""

import argparse
import json
import sys
from pathlib import Path

from core.cloud_link.enrolment import enrol
from core.domain.refusals.refusal import Refusal
from core.persistence.unit_of_work import UnitsOfWork
from core.services.opening import OpeningDesk
from core.station import verifying
from core.station.clock import SystemClock
from core.station.identity import new_id
from core.station.open_books import open_database
from core.station.plan import read_plan
from core.station.settings import Settings, SettingsUnfit, read_settings
from core.wording.catalogue import _, mark, use
from core.wording.formats import STATION_ZONE
from core.wording.refusals import sentence


def main() -> int:
    """Run one command; 0 when it did what it says."""
    parser = argparse.ArgumentParser(prog="python -m core.station")
    parser.add_argument("--config", type=Path, default=Path("station.toml"))
    commands = parser.add_subparsers(dest="command", required=True)
    opening = commands.add_parser("open", help="lay out a new station from a plan")
    opening.add_argument("--plan", type=Path, required=True)
    pairing = commands.add_parser("pair", help="pair with the cloud by a one-time code")
    pairing.add_argument("code")
    verifying.add_options(
        commands.add_parser("verify-journal", help="look whether anybody changed the books afterwards")
    )
    arguments = parser.parse_args()
    try:
        settings = read_settings(arguments.config)
        use(settings.screen.language)
        if arguments.command == "verify-journal":
            return verifying.verify(settings, arguments.first, arguments.anchor, quiet=arguments.quiet)
        if arguments.command == "open":
            _open(settings, arguments.plan)
        else:
            _pair(settings, arguments.code)
    except SettingsUnfit as unfit:
        print(unfit, file=sys.stderr)
        return 2
    except Refusal as refusal:
        print(sentence(refusal), file=sys.stderr)
        return 1
    return 0


def _open(settings: Settings, plan: Path) -> None:
    database = open_database(settings)
    clock = SystemClock()
    try:
        work = UnitsOfWork(database, "core.station", clock, new_id, lambda _recorded: None, STATION_ZONE)
        planned = read_plan(plan, new_id)
        OpeningDesk(work, clock, new_id).lay_out(planned)
        print(
            _("The station is laid out: {pumps} pumps, {goods} goods, {people} people.").format(
                pumps=len(planned.pumps), goods=len(planned.goods), people=len(planned.people)
            )
        )
    finally:
        database.close()


def _pair(settings: Settings, code: str) -> None:
    if not settings.cloud.url:
        raise SettingsUnfit(
            mark("{file}: url in [cloud] is empty. Write the cloud's address there, then pair."),
            file=settings.file,
        )
    enrolled = enrol(settings.cloud.url, code)
    pairing = settings.cloud.pairing_file
    pairing.touch(mode=0o600)
    pairing.write_text(
        json.dumps({"station_id": enrolled.station_id, "token": enrolled.token}), encoding="utf-8"
    )
    print(enrolled.station_id, enrolled.name)


if __name__ == "__main__":
    sys.exit(main())
