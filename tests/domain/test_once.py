"""What is kept of a frozen value is what would be reckoned anew."""

import sys
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st

from core.domain.once import Once

_VALUES = st.tuples(st.integers(), st.text(max_size=5))


@given(st.lists(_VALUES, max_size=30), st.data())
def test_an_answer_is_the_same_whether_it_was_kept_or_not(
    values: list[tuple[int, str]], data: st.DataObject
) -> None:
    repr_once: Once[tuple[int, str], str] = Once(repr)
    asked = data.draw(st.lists(st.sampled_from(values), max_size=60)) if values else []
    assert [repr_once(value) for value in asked] == [repr(value) for value in asked]


def test_a_value_is_reckoned_once_and_an_equal_one_on_its_own() -> None:
    reckoned: list[int] = []

    def count(value: tuple[int, ...]) -> int:
        reckoned.append(id(value))
        return len(reckoned)

    once = Once(count)
    one, like_it = tuple([1, 2]), tuple([1, 2])  # noqa: C409 - a literal would be one and the same object
    assert [once(one), once(like_it), once(one), once(like_it)] == [1, 2, 1, 2]


def test_many_values_are_forgotten_again_and_reckoned_anew() -> None:
    once: Once[tuple[int], int] = Once(lambda value: value[0])
    first = (-1,)
    before = sys.getrefcount(first)
    assert once(first) == -1
    assert all(once((number,)) == number for number in range(1_000))
    assert sys.getrefcount(first) == before, "nothing holds it any more"
    assert once(first) == -1


def test_many_threads_may_ask_at_once() -> None:
    once: Once[tuple[int], int] = Once(lambda value: value[0])
    values = [(number,) for number in range(400)]
    wrong: list[int] = []

    def ask() -> None:
        for _ in range(10):
            wrong.extend(value[0] for value in values if once(value) != value[0])

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
