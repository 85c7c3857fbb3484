"""The misbehaviours a test may ask of a simulated provider, each used up once or a few times."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, Field


class On(StrEnum):
    """What a misbehaviour concerns."""

    ANSWER = "answer"  # the answer to the next request
    NOTIFICATION = "notification"  # the next notification sent
    REFUND = "refund"  # the next refund asked for
    BILL = "bill"  # the next bill made


class Behaviour(StrEnum):
    # Answers.
    SILENT = "silent"  # does the work, then never answers
    DROP_BEFORE = "drop_before"  # cuts the connection, nothing done
    DROP_AFTER = "drop_after"  # does the work, then cuts the connection
    SYSTEM_ERROR = "system_error"  # nothing done, says it failed
    # Answers and notifications.
    BAD_SIGNATURE = "bad_signature"
    NO_SIGNATURE = "no_signature"
    STALE_TIMESTAMP = "stale_timestamp"
    WRONG_SERIAL = "wrong_serial"
    # Notifications.
    DUPLICATE = "duplicate"  # two copies at the same moment
    WITHHELD = "withheld"  # never sent
    WRONG_AMOUNT = "wrong_amount"
    WRONG_MERCHANT = "wrong_merchant"
    PROBE = "probe"  # a copy with a deliberately bad signature goes first
    # Refunds.
    DELAYED = "delayed"  # stays in progress until the control says otherwise
    REFUSED = "refused"  # a clear no: the payer's account takes nothing back
    ABNORMAL = "abnormal"  # ends without the money having arrived
    # Bills; WRONG_AMOUNT too.
    MISSING_LINE = "missing_line"
    EXTRA_LINE = "extra_line"  # of a number that is not the merchant's
    WRONG_DIGEST = "wrong_digest"
    NOT_YET = "not_yet"  # it is not made so far


class Wish(BaseModel):
    """POST /control/next: how the next thing of a kind shall go wrong."""

    on: On = On.ANSWER
    behaviour: Behaviour
    count: int = Field(default=1, ge=1)
    path_contains: str = ""


@dataclass(slots=True)
class _Open:
    wish: Wish
    left: int


class Script:
    """What shall go wrong next, in the order it was asked for."""

    def __init__(self) -> None:
        self._open: list[_Open] = []

    def add(self, wish: Wish) -> None:
        self._open.append(_Open(wish, wish.count))

    def take(self, on: On, path: str = "") -> Behaviour | None:
        for entry in self._open:
            if entry.wish.on is on and entry.wish.path_contains in path:
                entry.left -= 1
                if not entry.left:
                    self._open.remove(entry)
                return entry.wish.behaviour
        return None

    def clear(self) -> None:
        self._open.clear()
