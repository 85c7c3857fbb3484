"""python -m tests.second_opinion_controller.till_program CONFIG: a till without a window, to be killed; lines on its input are commands.

`release PUMP NOZZLE STAFF` asks for leave. What it says on its output has happened.
"""

import sys
from pathlib import Path

from core.domain.ids import NozzleNumber, PumpNumber, StaffId
from core.station.build import open_station
from core.station.settings import read_settings
from tests.second_opinion_controller.rig import FULL


def main(config: Path) -> None:
    """Until it is killed."""
    station = open_station(read_settings(config), "pos_app", may_own_pumps=True)
    station.start()
    sys.stdout.write("open\n")
    sys.stdout.flush()
    for line in sys.stdin:
        _release, pump, nozzle, staff = line.split()
        station.forecourt.request(PumpNumber(int(pump)), NozzleNumber(int(nozzle)), FULL, StaffId(staff))
        sys.stdout.write("asked\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
