"""How loud this machine speaks, remembered in a file of its own beside the settings."""

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

_log = logging.getLogger(__name__)
STEP = 10


@dataclass(frozen=True, slots=True)
class Loudness:
    """Volume in percent, and whether nothing is said at all."""

    volume: int = 70
    muted: bool = False

    def changed_by(self, steps: int) -> "Loudness":
        """Louder or softer by so many steps; whoever turns it up wants to hear it."""
        volume = max(STEP, min(100, self.volume + steps * STEP))
        return Loudness(volume, muted=self.muted and steps <= 0)


def read_loudness(file: Path, otherwise: Loudness) -> Loudness:
    """What was chosen here; a file that is not there or cannot be read is no reason to be silent."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return Loudness(max(STEP, min(100, int(kept["volume"]))), muted=bool(kept["muted"]))
    except FileNotFoundError:
        return otherwise
    except (OSError, ValueError, KeyError, TypeError) as error:
        _log.info("%s is not used: %s", file, error)
        return otherwise


def write_loudness(file: Path, chosen: Loudness) -> None:
    """Keep it, whole or not at all; a disk that refuses costs nothing but the memory of it."""
    whole = file.with_suffix(".new")
    try:
        whole.write_text(json.dumps(asdict(chosen)), encoding="utf-8")
        whole.replace(file)
    except OSError as error:
        _log.warning("how loud it is was not kept: %s", error)
