"""Finds a file of resources/ from source, from an installed wheel and from a frozen build."""

import sys
from pathlib import Path

# PyInstaller unpacks the program into one folder and names it here; everywhere else resources/ stands beside core/.
_PROGRAM_FOLDER = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent))
RESOURCES_FOLDER = _PROGRAM_FOLDER / "resources"


class ResourceMissing(FileNotFoundError):
    """A file that belongs to the program is not where it was built to be: the installation is damaged."""


def resource(name: str) -> Path:
    """The path of a file or folder of resources/, named with forward slashes: ``resource("fonts/OFL.txt")``.

    Raises ResourceMissing where it is not there, so that a damaged installation is told at the place it hurts.
    """
    path = RESOURCES_FOLDER.joinpath(*name.split("/"))
    if not path.exists():
        raise ResourceMissing(f"{path} is missing; install the program again")
    return path
