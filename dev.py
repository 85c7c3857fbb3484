#!/usr/bin/env python3
"""The one door: ``python3 dev.py demo``, ``test``, ``pos``, ``admin``, ``cloud``, ``check``, ``bench``, ``words``,
``statements``, ``setup``."""

import sys

if sys.version_info < (3, 11):
    # No newer word of the language above this line: an older Python has to read it to be able to say so.
    sys.exit(
        "Python 3.11 or newer is needed; this is %d.%d. Run: python3.11 dev.py ...\n"
        "需要 Python 3.11 或更新版本,当前是 %d.%d。请运行:python3.11 dev.py ..." % (sys.version_info[:2] * 2)
    )

from dev.door import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
