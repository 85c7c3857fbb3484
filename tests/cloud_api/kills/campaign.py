"""One path killed at one step after the other, until it comes to its end without meeting the deadly one."""

from collections.abc import Callable

from tests.cloud_api.kills.world import World

PathOfMoney = Callable[[World], None]


def walk(world: World, path: PathOfMoney, deadly: int, *later: int) -> bool:
    """Walks it once, the worker dying at this step, and compares all books; whether it was reached.

    `later` are steps of the lives after that, at which these die.
    """
    # Much time has passed since the last walk: a station that was silent for so long is not asked to serve anybody.
    world.station.describe()
    world.deadly, deaths = deadly, world.lives.board.deaths
    world.lives.deadly = list(later)
    try:
        path(world)
        world.come_to_rest()
        assert world.wrong() == []
    except BaseException as error:
        steps = world.lives.steps_of_this_walk()
        error.add_note(f"killed at step {deadly}, then {later}, of {path.__name__}: {steps}")
        raise
    return world.lives.board.deaths > deaths


def walk_until_nobody_dies(world: World, path: PathOfMoney) -> int:
    """How many steps it has."""
    deadly = 1
    while walk(world, path, deadly):
        deadly += 1
    return deadly - 1
