"""Where set-up keeps things; all of it can be deleted and is made again."""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
LOCKS = PROJECT / "locks"
DRIVER_APP = PROJECT / "driver_app"
LOCALES = PROJECT / "resources" / "locale"

VENV = PROJECT / ".venv"
_ON_WINDOWS = sys.platform == "win32"
VENV_PROGRAMS = VENV / ("Scripts" if _ON_WINDOWS else "bin")
VENV_PYTHON = VENV_PROGRAMS / ("python.exe" if _ON_WINDOWS else "python")

# Stamps, logs and the lock of set-up itself.
SETUP = PROJECT / ".setup"
LOGS = SETUP / "logs"
# Compiled modules of ours and of every package. Beside the sources they would be in the way of whoever looks there, and
# without them a till compiles eight hundred modules at each start, which costs it a second and a half.
BYTECODE = SETUP / "bytecode"
