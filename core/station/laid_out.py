"""A program starts on books that are there: a file that is gone or still empty says so, before anybody sells into nothing."""

from datetime import UTC, datetime
from pathlib import Path

from core.persistence.address import file_of
from core.resources import resource
from core.station.settings import Settings, SettingsUnfit
from core.station.station import Station
from core.wording import formats
from core.wording.catalogue import mark


def found(settings: Settings) -> Settings:
    """The same settings. Raises SettingsUnfit where the station's database is a file that is not there; none is made.

    Laying out a new station is another command (`open`), so a missing file is a lost one, and an empty station in its
    place would look like one without a past.
    """
    books = file_of(settings.database_url)
    if books is None or books.exists():
        return settings
    copy = _newest_copy(books)
    if copy is None:
        raise SettingsUnfit(
            mark(
                "There is no file {books}: this station's books are lost or lie elsewhere. Nothing was made in their place. Look"
                " whether the disk is there and whether [database] in {file} is right; if you have a backup, copy it to {books}."
                " Only a new station is laid out: python -m core.station --config {file} open --plan PLAN. {model} is such a"
                " plan."
            ),
            books=books,
            file=settings.file,
            model=resource("demo/plan.toml"),
        )
    raise SettingsUnfit(
        mark(
            "There is no file {books}: this station's books are lost or lie elsewhere. Nothing was made in their place. Look"
            " whether the disk is there and whether [database] in {file} is right. Beside it lies a copy made at {moment}:"
            " {copy}. To go on with it, close all programs of the station, copy it to {books} and start again; what was sold"
            " after that moment is missing in it."
        ),
        books=books,
        file=settings.file,
        copy=copy,
        moment=_made(copy),
    )


def laid_out(station: Station) -> Station:
    """The same station. Raises SettingsUnfit, and lets go of the station, where nobody has ever been entered."""
    if station.staff.people():
        return station
    station.stop()
    settings = station.settings
    books = file_of(settings.database_url)
    copy = _newest_copy(books) if books is not None else None
    if copy is not None:
        raise SettingsUnfit(
            mark(
                "The station's books {books} are empty: no pumps, goods or people. Beside them lies a copy made at {moment}:"
                " {copy}. To go on with it, close all programs of the station, copy it to {books} and start again; what was"
                " sold after that moment is missing in it."
            ),
            books=books,
            copy=copy,
            moment=_made(copy),
        )
    raise SettingsUnfit(
        mark(
            "This station has no pumps, goods or people yet. Lay it out with: python -m core.station --config {file} open"
            " --plan PLAN. {model} is such a plan."
        ),
        file=settings.file,
        model=resource("demo/plan.toml"),
    )


def _newest_copy(books: Path) -> Path | None:
    """What an upgrade copied before it began, or a person who works as it does."""
    copies = [each for each in books.parent.glob(f"{books.stem}.before-*.db") if each.stat().st_size]
    return max(copies, key=lambda each: each.stat().st_mtime, default=None)


def _made(copy: Path) -> str:
    return formats.moment_to_the_second(datetime.fromtimestamp(copy.stat().st_mtime, UTC))
