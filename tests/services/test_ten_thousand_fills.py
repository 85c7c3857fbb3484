"""The figure's play, short: none lost, none doubled, whatever gets lost on the way."""

from pathlib import Path

import pytest

from benchmarks.ten_thousand_fills import LossyForecourt
from core.domain.litres import NO_LITRES


@pytest.mark.parametrize("seed", [1, 2])
def test_none_lost_none_doubled(tmp_path: Path, seed: int) -> None:
    forecourt = LossyForecourt(tmp_path, seed)
    try:
        forecourt.play(80)
        forecourt.settle()
        assert (forecourt.apart(), forecourt.doubled()) == (NO_LITRES, 0)
    finally:
        forecourt.close()
