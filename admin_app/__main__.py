"""python -m admin_app [--config station.toml] [--windowed]."""

import gc
import sys

gc.disable()  # until the station is open: nothing of what is loaded becomes rubbish

from admin_app.app import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
