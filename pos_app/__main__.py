"""python -m pos_app [--config station.toml] [--place counter|forecourt] [--windowed]."""

import sys

from pos_app.app import main

if __name__ == "__main__":
    sys.exit(main())
