"""python -m admin_app [--config station.toml] [--windowed]."""

import sys

from admin_app.app import main

if __name__ == "__main__":
    sys.exit(main())
