"""A worker is killed before and after each commit and each request of every path that money takes; whoever asked asks again.

Afterwards the ledger sums to zero, the gateways kept what our books say, and each coupon and each refund was there once.
"""

import random
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cloud_api.kills import paths_at_the_counter, paths_of_orders, paths_of_value
from tests.cloud_api.kills.board import Board
from tests.cloud_api.kills.campaign import PathOfMoney, walk, walk_until_nobody_dies
from tests.cloud_api.kills.lives import Nursery
from tests.cloud_api.kills.world import World, a_world
from tests.cloud_api.simulated.outside_world import LoopThread, new_keys

_PATHS: tuple[PathOfMoney, ...] = (
    *paths_of_orders.PATHS,
    *paths_at_the_counter.PATHS,
    *paths_of_value.PATHS,
)
_QUICK = (
    paths_of_orders.from_the_wallet_in_one_request,
    paths_of_orders.alipay_tells_that_it_is_paid_and_a_part_goes_back,
)
_WALKS_OF_THREE_DEATHS = 8
_LONG = [pytest.mark.long, pytest.mark.timeout(3_600)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where worlds are made, one after the other."""

    keys: Path
    loop: LoopThread
    board: Board
    nursery: Nursery

    def world(self, url: str, folder: Path) -> AbstractContextManager[World]:
        return a_world(url, folder, self.keys, self.loop, self.board, self.nursery)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder, loop = tmp_path_factory.mktemp("kills"), LoopThread()
    keys = new_keys(folder / "keys")
    board = Board(folder / "board")
    nursery = Nursery(folder, folder / "board", keys)
    yield Place(keys, loop, board, nursery)
    nursery.close()
    board.close()
    loop.close()


@pytest.mark.parametrize("path", _QUICK, ids=lambda path: path.__name__)
def test_a_worker_killed_at_some_steps_loses_and_doubles_nothing(
    place: Place, sqlite_url: str, tmp_path: Path, path: PathOfMoney
) -> None:
    with place.world(sqlite_url, tmp_path) as world:
        assert not walk(world, path, 0)
        chance, half = random.Random(path.__name__), world.steps // 2
        assert walk(world, path, chance.randint(1, half))
        # How often something is asked while it is waited for is not always the same: the last steps are not always there.
        walk(world, path, chance.randint(half, world.steps))


@pytest.mark.parametrize("path", [pytest.param(path, marks=_LONG, id=path.__name__) for path in _PATHS])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_worker_killed_at_every_step_loses_and_doubles_nothing(
    request: pytest.FixtureRequest, place: Place, tmp_path: Path, path: PathOfMoney, kind: str
) -> None:
    url = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url")
    with place.world(url, tmp_path) as world:
        # Who is not killed comes to the end.
        assert not walk(world, path, 0)
        steps = walk_until_nobody_dies(world, path)
    assert steps > 1


@pytest.mark.parametrize("path", [pytest.param(path, marks=_LONG, id=path.__name__) for path in _PATHS])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_worker_killed_three_times_loses_and_doubles_nothing(
    request: pytest.FixtureRequest, place: Place, tmp_path: Path, path: PathOfMoney, kind: str
) -> None:
    url = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "postgres_url")
    chance = random.Random()
    with place.world(url, tmp_path) as world:
        assert not walk(world, path, 0)
        steps = world.steps
        for _ in range(_WALKS_OF_THREE_DEATHS):
            walk(world, path, *(chance.randint(1, most) for most in (steps, 8, 8)))
