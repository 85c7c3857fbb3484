"""A screen's figures: read one after the other, and never left behind what somebody asked for meanwhile."""

from collections.abc import Callable

from core.qt.background import Otherwise
from core.qt.reading import Reading


class Worker:
    """Does what it is asked when it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[Callable[[], int], Callable[[int], object], Otherwise]] = []

    def run(self, call, then=None, otherwise=None) -> None:
        self.asked.append((call, then, otherwise))

    run_outside = run

    def work(self) -> None:
        call, then, otherwise = self.asked.pop(0)
        try:
            read = call()
        except OSError as error:
            otherwise(error)
        else:
            then(read)


def test_what_is_asked_many_times_at_once_is_read_once_more_only():
    worker, numbers = Worker(), iter(range(9))
    came: list[object] = []
    reading = Reading(worker, lambda: next(numbers), came.append, came.append)
    for _ in range(5):
        reading.again()
    assert len(worker.asked) == 1
    worker.work()
    assert came == [0]
    worker.work()
    assert came == [0, 1]
    assert not worker.asked


def test_a_reading_that_failed_does_not_swallow_the_one_that_was_asked_for_meanwhile():
    worker = Worker()
    came: list[int] = []
    failed: list[Exception] = []
    answers: list[int | OSError] = [OSError("the books are busy"), 7]

    def read() -> int:
        answer = answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    reading = Reading(worker, read, came.append, failed.append)
    reading.again()
    reading.again()
    worker.work()
    assert len(failed) == 1
    worker.work()
    assert came == [7]
