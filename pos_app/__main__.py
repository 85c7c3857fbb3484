"""python -m pos_app [--config station.toml] [--place counter|forecourt] [--windowed]."""

import sys

from core.qt import quick_start

quick_start.begin()

from pos_app.app import main  # noqa: E402  What it loads comes after.

if __name__ == "__main__":
    sys.exit(main())
