"""A tank's strapping table: which height means how many litres, as the tank was measured in by the metrology office."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from core.domain.litres import NO_LITRES, Litres
from core.domain.money import half_up
from core.domain.refusals.tanks import StrappingUnfit, StrappingUnreadable

MOST_POINTS = 20_000
LARGEST_FILE = 1_000_000  # bytes
_TALLEST = 200_000  # tenths of a millimetre: 20 m
_TENTHS = Decimal(10)
_MILLILITRES = Decimal(1000)


@dataclass(frozen=True, slots=True)
class StrappingPoint:
    """`height` in tenths of a millimetre above the bottom holds `volume`."""

    height: int
    volume: Litres


@dataclass(frozen=True, slots=True)
class StrappingTable:
    """Points from the empty tank to the full one, both columns strictly rising. Between two points it is straight.

    Raises StrappingUnfit where it is no such table; the line counts the points from 1.
    """

    points: tuple[StrappingPoint, ...]

    def __post_init__(self) -> None:
        check_points(self.points)

    @property
    def highest(self) -> int:
        """The last height that it knows."""
        return self.points[-1].height

    @property
    def most(self) -> Litres:
        """What the tank holds at that height."""
        return self.points[-1].volume

    def holds(self, height: int) -> bool:
        """Whether the table says anything of this height."""
        return 0 <= height <= self.highest

    def volume_at(self, height: int) -> Litres:
        """What lies below this height, to the whole millilitre. Raises ValueError beyond the table."""
        if not self.holds(height):
            raise ValueError(f"height {height} is beyond the table")
        place = bisect_right(self.points, height, key=lambda point: point.height) - 1
        below = self.points[place]
        if below.height == height:
            return below.volume
        above = self.points[place + 1]
        rise = above.volume.millilitres - below.volume.millilitres
        return Litres(
            below.volume.millilitres + half_up(rise * (height - below.height), above.height - below.height)
        )

    def height_for(self, volume: Litres) -> int:
        """The lowest whole height that holds at least so much. Raises ValueError beyond the table."""
        if not NO_LITRES <= volume <= self.most:
            raise ValueError(f"{volume} is beyond the table")
        place = bisect_left(self.points, volume, key=lambda point: point.volume)
        lowest = self.points[max(0, place - 1)].height
        return bisect_left(range(self.points[place].height + 1), volume, lo=lowest, key=self.volume_at)


def check_points(points: Iterable[StrappingPoint]) -> None:
    """Refuse what does not begin at the empty tank and rise, with StrappingUnfit."""
    known = list(points)
    if len(known) < 2 or len(known) > MOST_POINTS:
        raise StrappingUnfit(len(known), "points")
    if known[0].height != 0 or known[0].volume != NO_LITRES:
        raise StrappingUnfit(1, "beginning")
    for line, (below, above) in enumerate(pairwise(known), 2):
        if above.height <= below.height or above.volume <= below.volume:
            raise StrappingUnfit(line, "rising")
    if known[-1].height > _TALLEST:
        raise StrappingUnfit(len(known), "height")


def read_strapping(text: str) -> StrappingTable:
    """A table from CSV: millimetres and litres a line, with commas, semicolons or tabs; a first line of words is skipped.

    Raises StrappingUnfit with the line of the file.
    """
    points: list[StrappingPoint] = []
    for line, row in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not row.strip():
            continue
        cells = [cell.strip().strip('"') for cell in row.replace(";", ",").replace("\t", ",").split(",")]
        if not points and line == 1 and not cells[0][:1].isdigit():
            continue
        if len(cells) != 2:
            raise StrappingUnfit(line, "columns")
        point = StrappingPoint(_whole(cells[0], _TENTHS, line), Litres(_whole(cells[1], _MILLILITRES, line)))
        _rises(points, point, line)
        points.append(point)
    return StrappingTable(tuple(points))


def read_file(name: str, content: bytes) -> tuple[str, StrappingTable]:
    """A file's text and the table in it; spreadsheets here save in UTF-8 or in GB 18030, with or without a mark.

    Raises StrappingUnreadable, StrappingUnfit with the line of the file.
    """
    if len(content) > LARGEST_FILE or b"\0" in content:
        raise StrappingUnreadable(name)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text, read_strapping(text)
    raise StrappingUnreadable(name)


def _rises(points: list[StrappingPoint], point: StrappingPoint, line: int) -> None:
    if points and (point.height <= points[-1].height or point.volume <= points[-1].volume):
        raise StrappingUnfit(line, "rising")
    if len(points) >= MOST_POINTS:
        raise StrappingUnfit(line, "points")


def _whole(text: str, units: Decimal, line: int) -> int:
    try:
        figure = Decimal(text)
    except InvalidOperation as error:
        raise StrappingUnfit(line, "figure") from error
    # Compared before it is multiplied: 1e999999 is a figure too.
    if not figure.is_finite() or not 0 <= figure < 10**9 or figure * units % 1:
        raise StrappingUnfit(line, "figure")
    return int(figure * units)
