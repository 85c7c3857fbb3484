"""Log lines as JSON objects, one a line, from which what is of a person is taken out."""

import json
import logging
import re
from datetime import UTC, datetime

# Phones, plates, cards and codes of payers, and tokens of ours: a line that has one of them was a mistake of somebody's.
_PRIVATE = (
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "[phone]"),
    (re.compile(r"(?<![0-9a-f])\d{13,19}(?![0-9a-f])"), "[number]"),
    (re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{4,5}[A-Z0-9\u4e00-\u9fff]"), "[plate]"),
    (re.compile(r"yz[a-z]_[A-Za-z0-9_\-]{8,}"), "[token]"),
    (re.compile(r"(?i)(bearer|secret|password|key)([=: ]+)\S{8,}"), r"\1\2[secret]"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+"), "[address]"),
)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def without_people(text: str) -> str:
    """The same text with phones, plates, long numbers, tokens and addresses taken out."""
    for pattern, instead in _PRIVATE:
        text = pattern.sub(instead, text)
    return text


class JsonLines(logging.Formatter):
    """at, level, logger, message; trace where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": _moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": without_people(record.getMessage()),
        }
        if record.exc_info:
            told["trace"] = without_people(self.formatException(record.exc_info))
        # JSON escapes line feeds itself, but not what else some readers end a line at.
        written = json.dumps(told, ensure_ascii=False)
        return _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


class PlainLines(logging.Formatter):
    """For people who look on; the same is taken out. Only a record of ours begins a line with a time, in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        message = _on_one_line(without_people(record.getMessage()))
        line = f"{_moment(record)} {record.levelname} {record.name}: {message}"
        if not record.exc_info:
            return line
        trace = without_people(self.formatException(record.exc_info))
        return "\n".join((line, *(f"    {_on_one_line(part)}" for part in trace.splitlines())))


def _moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _on_one_line(text: str) -> str:
    """What others wrote must not begin a line of the log, nor move the cursor of who reads it."""
    return _CONTROLS.sub(lambda found: ascii(found[0])[1:-1], text)


def set_up(form: str) -> None:
    """Everything that this process logs goes to standard error in this form: "json" or "text"."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else PlainLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # Its lines carry whole addresses, with what is in them.
    logging.getLogger("httpx").setLevel(logging.WARNING)
