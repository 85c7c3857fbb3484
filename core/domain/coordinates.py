"""Places on the map: all of ours are GCJ-02, the mainland's own datum; what a satellite says (WGS-84) is turned once, here."""

import math
from dataclasses import dataclass

# The ellipsoid that the datum's offset is reckoned on (Krasovsky 1940), and where the offset applies.
_AXIS = 6_378_245.0
_ECCENTRICITY = 0.00669342162296594323
_SOUTH, _NORTH, _WEST, _EAST = 0.8293, 55.8271, 72.004, 137.8347
_EARTH_METRES = 6_371_008.8


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees, GCJ-02."""

    lat: float
    lng: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lng <= 180):
            raise ValueError(f"{self.lat}, {self.lng} is nowhere")

    def metres_to(self, other: "Point") -> int:
        """Along the great circle (haversine)."""
        phi, to_phi = math.radians(self.lat), math.radians(other.lat)
        half_north = math.sin((to_phi - phi) / 2)
        half_east = math.sin(math.radians(other.lng - self.lng) / 2)
        share = half_north**2 + math.cos(phi) * math.cos(to_phi) * half_east**2
        return round(2 * _EARTH_METRES * math.asin(math.sqrt(min(1.0, share))))


def from_satellite(lat: float, lng: float) -> Point:
    """A WGS-84 position as ours; outside the mainland the two are the same."""
    if not (_SOUTH < lat < _NORTH and _WEST < lng < _EAST):
        return Point(lat, lng)
    x, y = lng - 105.0, lat - 35.0
    phi = math.radians(lat)
    bulge = 1 - _ECCENTRICITY * math.sin(phi) ** 2
    north = _north(x, y) * 180 / (_AXIS * (1 - _ECCENTRICITY) / (bulge * math.sqrt(bulge)) * math.pi)
    east = _east(x, y) * 180 / (_AXIS / math.sqrt(bulge) * math.cos(phi) * math.pi)
    return Point(lat + north, lng + east)


def _north(x: float, y: float) -> float:
    straight = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    waves = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    waves += 20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)
    waves += 160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)
    return straight + waves * 2.0 / 3.0


def _east(x: float, y: float) -> float:
    straight = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    waves = 20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)
    waves += 20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)
    waves += 150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)
    return straight + waves * 2.0 / 3.0
