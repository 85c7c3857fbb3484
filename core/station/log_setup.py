"""Log files, rotation, what never goes in."""

import logging
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

# Payer's codes and card numbers: 13 digits and more in a row never reach a log.
_LONG_DIGITS = re.compile(r"(?<![0-9a-fA-F])\d{13,24}(?![0-9a-fA-F])")


class _NoLongDigits(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if _LONG_DIGITS.search(text):
            record.msg = _LONG_DIGITS.sub(lambda found: found.group()[:2] + "***" + found.group()[-4:], text)
            record.args = ()
        return True


def log_to(folder: Path, program: str) -> None:
    """Send this program's log to `<folder>/<program>.log`, ten files of 2 MB at most."""
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        folder / f"{program}.log", maxBytes=2_000_000, backupCount=9, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    handler.addFilter(_NoLongDigits())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
