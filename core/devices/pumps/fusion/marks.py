"""Our numbers for what we promised, and the marks by which a sale at the controller is known as ours."""

from datetime import UTC, datetime

FIRST_PROMISE = 1_000_000_000
LARGEST_SALE = FIRST_PROMISE - 1
LARGEST_PROMISE = 2**31 - 1
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_LOCK = "YZ-"
_PAYMENT = "YZ"


def promise_at(now: datetime, before: int) -> int:
    """The next promise's number: the second it is made in, so that none comes twice, after a restart neither.

    Sales have the controller's own numbers, which are smaller and unique for life.
    """
    second = FIRST_PROMISE + max(0, int((now - _EPOCH).total_seconds()))
    return min(max(second, before + 1), LARGEST_PROMISE)


def moment_of(promise: int) -> datetime:
    """When a promise of this number was made, to the second."""
    return datetime.fromtimestamp(_EPOCH.timestamp() + promise - FIRST_PROMISE, UTC)


def is_promise(number: int) -> bool:
    """Whether the number is one of ours, not a sale's."""
    return number >= FIRST_PROMISE


def lock_of(number: int) -> str:
    """The name under which a sale is locked for us."""
    return f"{_LOCK}{number}"


def payment_mark(number: int) -> str:
    """What travels with a promise and comes back with its sale."""
    return f"{_PAYMENT}={number}"


def number_in_lock(words: str) -> int | None:
    """Our number in a lock's name; None where the lock is somebody else's, or there is none."""
    return _number(words.removeprefix(_LOCK)) if words.startswith(_LOCK) else None


def number_in_payment(words: str) -> int | None:
    """Our number among what came back with a sale or a state, None where there is none of ours."""
    for each in words.split("~"):
        name, _equals, value = each.partition("=")
        if name == _PAYMENT:
            return _number(value)
    return None


def _number(words: str) -> int | None:
    if not (words.isascii() and words.isdecimal()) or len(words) > 10:
        return None
    number = int(words)
    return number if 0 < number <= LARGEST_PROMISE else None
