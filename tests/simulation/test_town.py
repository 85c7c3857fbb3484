"""Whole towns from their seeds. `python -m tests.simulation SEED` lives through one again and shows its end."""

import pytest

from tests.simulation.chance import Options
from tests.simulation.town import Story, live

pytestmark = pytest.mark.filterwarnings("error")


def _must_be_well(story: Story) -> None:
    assert not story.wrong, str(story)


def test_the_same_seed_tells_the_same_story() -> None:
    options = Options(stations=1, drivers=2, seconds=90.0, lost=0.1, doubled=0.1, slow=0.1, cloud_crash=0.01)
    first, second = live(7, options), live(7, options)
    assert first.digest == second.digest
    assert first.lines > 20
    _must_be_well(first)
