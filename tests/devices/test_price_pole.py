"""The pole at the road against a simulated one on a real socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.devices.displays.price_pole import RowPricePole, framed
from core.devices.links.tcp_link import TcpLink
from core.domain.events.prices import PoleShows, PoleSilent
from core.domain.faults import PricePoleSilent
from core.domain.price import UnitPrice
from core.domain.product import D0, G92, G95
from core.services.prices.pole import PricePoleDesk
from core.simulated.price_pole.pole import SimulatedPole
from tests.services.small_station import SmallStation


@pytest.fixture
def sign() -> Iterator[SimulatedPole]:
    made = SimulatedPole()
    yield made
    made.close()


def _pole(sign: SimulatedPole) -> RowPricePole:
    return RowPricePole(TcpLink(*sign.address, 0.5), [G92, G95, D0])


def test_a_frame_names_its_row_and_checks_itself() -> None:
    frame = framed(2, UnitPrice(7_955))
    assert frame[:1] == b"\x02"
    assert frame[1:9] == b"02 7.955"
    check = 0
    for byte in frame[1:-1]:
        check ^= byte
    assert (frame[-2], frame[-1]) == (0x03, check)
    assert framed(3, None)[1:9] == b"03      "


def test_each_row_shows_its_grade_and_one_without_a_price_is_dark(sign: SimulatedPole) -> None:
    _pole(sign).show({G92: UnitPrice(7_950), G95: UnitPrice(8_455)})
    assert sign.rows == {1: "7.95", 2: "8.455", 3: ""}


def test_a_row_that_was_misheard_is_told_again(sign: SimulatedPole) -> None:
    sign.mishears = 2
    _pole(sign).show({G92: UnitPrice(7_950)})
    assert sign.rows[1] == "7.95"


@pytest.mark.parametrize("trouble", ["refuses", "silent"])
def test_a_pole_that_does_not_take_it_is_told_by_name(sign: SimulatedPole, trouble: str) -> None:
    setattr(sign, trouble, True)
    with pytest.raises(PricePoleSilent):
        _pole(sign).show({G92: UnitPrice(7_950)})


def test_the_pole_follows_the_board_and_its_silence_is_written_down_once(
    sign: SimulatedPole, tmp_path: Path
) -> None:
    station = SmallStation(tmp_path / "station.db")
    desk = PricePoleDesk(station.work, _pole(sign))
    sign.refuses = True
    for _ in range(2):
        with pytest.raises(PricePoleSilent):
            desk.keep()
    sign.refuses = False
    desk.keep()
    desk.keep()
    assert sign.rows[1] == "7.81"
    station.prices.schedule(G92, UnitPrice(7_950), None, station.manager)
    station.prices.apply_due()
    desk.keep()
    assert sign.rows[1] == "7.95"
    kinds = [type(event) for event in station.events if isinstance(event, PoleShows | PoleSilent)]
    assert kinds == [PoleSilent, PoleShows, PoleShows]
    station.close()
