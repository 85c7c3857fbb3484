"""How printer, pumps and cloud are, as lamps of the status strip."""

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from core.domain.controller import SetupDifference
from core.qt.notices import Tone
from core.qt.widgets.status_strip import Lamp
from core.wording import formats
from core.wording.catalogue import _
from core.wording.controller import difference
from core.wording.refusals import sentence_of_code

# The printer's lamp has this key: what waits for it, and a test page.
PAPERS_KEY = "Ctrl+P"
_MOST_DIFFERENCES = 3


class Conditions(Protocol):
    """What the station knows of its surroundings; each word is a fault's code, or empty when all is well."""

    @property
    def printer(self) -> str: ...
    @property
    def printer_set(self) -> bool: ...
    @property
    def printer_known(self) -> bool: ...
    @property
    def paper_near_end(self) -> bool: ...
    @property
    def papers_waiting(self) -> int: ...
    @property
    def pumps(self) -> str: ...
    @property
    def pumps_apart(self) -> tuple[SetupDifference, ...]: ...
    @property
    def cloud(self) -> str: ...
    @property
    def waiting(self) -> int: ...
    @property
    def waiting_since(self) -> datetime | None: ...
    @property
    def books_busy(self) -> bool: ...


def lamps(conditions: Conditions) -> tuple[Lamp, ...]:
    """The four lamps: a word, a tone, and the whole sentence on hover."""
    waiting = conditions.waiting
    return (
        _printer(conditions),
        _pumps(conditions),
        _one("cloud", _("Cloud"), conditions.cloud, Tone.AMBER),
        Lamp(
            "waiting",
            _("Unsent {count}").format(count=waiting),
            Tone.AMBER if waiting >= 50 else Tone.GREY,
            _unsent(waiting, conditions.waiting_since),
            icon="waiting",
        ),
    )


def _pumps(conditions: Conditions) -> Lamp:
    apart = conditions.pumps_apart
    lamp = _one("pumps", _("Pumps"), conditions.pumps, Tone.RED)
    if conditions.pumps or not apart:
        return lamp
    told = " ".join(map(difference, apart[:_MOST_DIFFERENCES]))
    more = len(apart) - _MOST_DIFFERENCES
    if more > 0:
        told = _("{told} And {count} more, in the journal.").format(told=told, count=more)
    return replace(lamp, words=_("Pumps: set up otherwise"), tone=Tone.AMBER, detail=told)


def _unsent(count: int, since: datetime | None) -> str:
    if not count:
        return _("Everything has been sent to the cloud.")
    if since is None:
        return _("{count} messages wait to be sent to the cloud. They go by themselves.").format(count=count)
    words = _(
        "{count} messages wait to be sent to the cloud, the oldest since {moment}. They go by themselves."
    )
    return words.format(count=count, moment=formats.short_moment(since))


def _printer(conditions: Conditions) -> Lamp:
    if not conditions.printer_set:
        words = _("No receipt printer is set for this till, so nothing is printed.")
        return Lamp("printer", _("No printer"), Tone.GREY, words)
    if conditions.printer:
        lamp = _one("printer", _("Printer"), conditions.printer, Tone.RED)
        if not conditions.papers_waiting:
            return lamp
        count = conditions.papers_waiting
        waiting = _("{count} papers wait and are printed by themselves once it is well.").format(count=count)
        words = _("{printer}, {count} waiting").format(printer=lamp.words, count=count)
        return replace(lamp, words=words, detail=f"{lamp.detail} {waiting}")
    if conditions.paper_near_end:
        words = _("Printer: paper low")
        return Lamp(
            "printer", words, Tone.AMBER, _("The paper roll is nearly used up. Have a new one ready.")
        )
    if not conditions.printer_known:
        words = _("This printer prints and never says how it is. Watch its paper yourself.")
        return Lamp("printer", _("Printer: watch its paper"), Tone.GREY, words)
    return _one("printer", _("Printer"), conditions.printer, Tone.RED)


def _one(name: str, words: str, fault: str, tone: Tone) -> Lamp:
    if not fault:
        return Lamp(name, words, Tone.GREEN, _("{what}: all is well.").format(what=words))
    short = {
        "printer_out_of_paper": _("no paper"),
        "printer_cover_open": _("cover open"),
        "station_not_enrolled": _("not paired"),
        "pump_controller_login": _("login refused"),
        "pump_controller_certificate": _("wrong certificate"),
    }.get(fault, _("no answer"))
    return Lamp(name, _("{what}: {how}").format(what=words, how=short), tone, sentence_of_code(fault))
