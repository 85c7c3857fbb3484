"""python -m admin_app [--config station.toml] [--windowed]."""

import sys

from core.qt import quick_start

quick_start.begin()

from admin_app.app import main  # noqa: E402  What it loads comes after.

if __name__ == "__main__":
    sys.exit(main())
