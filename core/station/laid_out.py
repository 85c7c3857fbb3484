"""A station whose database is still empty says how it is laid out, before anybody stands at a sign-in without names."""

from core.resources import resource
from core.station.settings import SettingsUnfit
from core.station.station import Station
from core.wording.catalogue import mark


def laid_out(station: Station) -> Station:
    """The same station. Raises SettingsUnfit, and lets go of the station, where nobody has ever been entered."""
    if station.staff.people():
        return station
    station.stop()
    raise SettingsUnfit(
        mark(
            "This station has no pumps, goods or people yet. Lay it out with: python -m core.station --config {file} open"
            " --plan PLAN. {model} is such a plan."
        ),
        file=station.settings.file,
        model=resource("demo/plan.toml"),
    )
