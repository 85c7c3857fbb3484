"""python -m pos_app [--config station.toml] [--place counter|forecourt] [--windowed]."""

import gc
import sys

gc.disable()  # until the station is open: nothing of what is loaded becomes rubbish

from pos_app.app import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
