"""The same health as lamps of the status strip and as whole sentences."""

from admin_app.connections.health import MANY_UNSENT, GaugeState, Health
from core.qt.notices import Tone
from core.qt.widgets.status_strip import Lamp
from core.wording.catalogue import _
from core.wording.refusals import sentence_of_code


def tones(health: Health) -> dict[str, Tone]:
    """How urgent each is."""
    if not health.printer_set:
        printer = Tone.GREY
    elif health.printer:
        printer = Tone.RED
    elif health.paper_near_end:
        printer = Tone.AMBER
    else:
        printer = Tone.GREEN if health.printer_known else Tone.GREY
    pumps = Tone.RED if not health.owner or health.lost_pumps else Tone.GREEN
    much = health.aside or health.unsent >= MANY_UNSENT
    waiting = Tone.AMBER if much else Tone.GREEN if health.unsent else Tone.GREY
    cloud = Tone.AMBER if not health.paired or health.unsent >= MANY_UNSENT else Tone.GREEN
    gauge = Tone.GREEN if health.gauge is GaugeState.MEASURES else Tone.AMBER
    return {"printer": printer, "pumps": pumps, "gauge": gauge, "cloud": cloud, "waiting": waiting}


def lamps(health: Health) -> tuple[Lamp, ...]:
    """The four lamps: a word, a tone, and the whole sentence on hover."""
    tone = tones(health)
    return (
        Lamp("printer", _short_printer(health), tone["printer"], printer_words(health)),
        Lamp("pumps", _short_pumps(health), tone["pumps"], pumps_words(health)),
        Lamp(
            "cloud",
            _("Cloud") if health.paired else _("Cloud: not paired"),
            tone["cloud"],
            cloud_words(health),
        ),
        Lamp(
            "waiting", _("Unsent {count}").format(count=health.unsent), tone["waiting"], cloud_words(health)
        ),
    )


def printer_words(health: Health) -> str:
    """How the printer is."""
    if not health.printer_set:
        return _("No receipt printer is set for this machine.")
    if health.printer:
        return sentence_of_code(health.printer)
    if health.paper_near_end:
        return _("The receipt paper is nearly used up. Have a new roll ready.")
    if not health.printer_known:
        return _("This printer prints and never says how it is. Watch its paper yourself.")
    return _("Ready.")


def pumps_words(health: Health) -> str:
    """Who owns the pumps, and which of them are out of reach."""
    if not health.owner:
        return _("No till is connected to the pumps. Start the till; until then prices do not change.")
    # Which program it is by name says nothing to a person; which machine to walk to does.
    owner = (
        _("A till runs them.")
        if health.owner.startswith("pos_app")
        else _("A program in the background runs them.")
    )
    return _("{one_sentence} {another}").format(one_sentence=_reach(health), another=owner)


def _reach(health: Health) -> str:
    lost = health.lost_pumps
    if not lost:
        return _("All {count} answer.").format(count=len(health.pumps))
    if len(lost) == len(health.pumps):
        return _("No pump answers. Check the pump controller's power and network cable.")
    numbers = _(", ").join(str(each.pump) for each in lost)
    return _("Pump {pumps} does not answer or is out of order. Look at it.").format(pumps=numbers)


def gauge_words(health: Health) -> str:
    """Whether the tank gauge measures."""
    if health.gauge is GaugeState.MEASURES:
        return _("It measures the tanks.")
    if health.gauge is GaugeState.SILENT:
        return _("It reaches no tank. Check its power and network cable; dip by hand meanwhile.")
    return _("Nothing was heard of it in the last minutes. Check whether the till that listens to it runs.")


def cloud_words(health: Health) -> str:
    """Whether we are paired and whether what we tell it arrives."""
    if not health.paired:
        return _("The station is not paired with the cloud: no codes, coupons or online orders.")
    if health.unsent >= MANY_UNSENT:
        return _("Paired, but much waits to be sent: the line or the till may be down.")
    return _("Paired. The till keeps the line.")


def _short_printer(health: Health) -> str:
    if health.printer and health.printer_set:
        waiting = health.papers_waiting
        words = _("Printer: look at it")
        return _("{printer}, {count} waiting").format(printer=words, count=waiting) if waiting else words
    return _("Printer: paper low") if health.paper_near_end else _("Printer")


def _short_pumps(health: Health) -> str:
    if not health.owner:
        return _("Pumps: no till")
    lost = len(health.lost_pumps)
    return _("Pumps: {count} lost").format(count=lost) if lost else _("Pumps")
