"""python -m benchmarks.as_a_program MODULE …: run a module's main() in a process that began as python -m pos_app does."""

import importlib
import sys

from core.qt import quick_start

quick_start.begin()

if __name__ == "__main__":
    sys.exit(importlib.import_module(sys.argv.pop(1)).main())
