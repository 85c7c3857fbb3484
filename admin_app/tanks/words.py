"""What the tanks' room says, and in which tone."""

from datetime import timedelta

from admin_app.tanks.presenter import TanksState
from core.domain.litres import Litres
from core.domain.money import half_up
from core.domain.tanks.alarm import URGENT, TankAlarm
from core.domain.tanks.delivery import Delivery, DeliveryState
from core.domain.tanks.leak import LeakHint
from core.domain.tanks.variance import Rating
from core.qt.notices import Tone
from core.wording import tanks
from core.wording.catalogue import _

RATINGS = {Rating.GREEN: Tone.GREEN, Rating.AMBER: Tone.AMBER, Rating.RED: Tone.RED, Rating.UNKNOWN: None}
DELIVERIES = {
    DeliveryState.ORDERED: Tone.BLUE,
    DeliveryState.UNLOADING: Tone.AMBER,
    DeliveryState.SETTLING: Tone.AMBER,
    DeliveryState.RECEIVED: None,
    DeliveryState.CANCELLED: Tone.GREY,
}


def whole(volume: Litres | None) -> str:
    """To the litre, as a tank is measured: ``12,345 L``; a dash for what is not known."""
    return "—" if volume is None else _("{litres} L").format(litres=bare(volume))


def bare(volume: Litres | None) -> str:
    """The same without its unit."""
    return "—" if volume is None else f"{half_up(volume.millilitres, 1_000):,}"


def lasts(known: bool, left: timedelta | None) -> str:
    """How long the fuel lasts."""
    if not known:
        return _("not known yet")
    if left is None:
        return _("more than two weeks")
    hours = int(left.total_seconds()) // 3600
    if hours < 48:
        return _("{hours} h").format(hours=hours)
    return _("{days} days").format(days=hours // 24)


def alarm_tone(alarm: TankAlarm) -> Tone | None:
    """Red while it needs a hand, grey once it is over."""
    if alarm.gone_at is not None:
        return Tone.GREY
    return Tone.RED if alarm.kind in URGENT else Tone.AMBER


def alarm_state(alarm: TankAlarm, state: TanksState) -> str:
    """Whether somebody has seen it, and whether it is over."""
    if alarm.gone_at is not None:
        return _("over")
    if alarm.acknowledged_by is None:
        return _("stands")
    name = dict(state.names).get(alarm.acknowledged_by, "")
    return _("seen by {name}").format(name=name)


def leak(hint: LeakHint | None) -> tuple[str, Tone | None]:
    """What both statistics say, with their figures."""
    if hint is None or (hint.quiet is None and hint.daily is None):
        return _("Too few quiet hours and days to look for a leak."), None
    said = []
    if hint.quiet is not None:
        quiet = hint.quiet
        said.append(
            _(
                "Quiet hours ({hours} h, {readings} readings): {rate} ± {error} L/h; {least} L/h would show."
            ).format(
                hours=int(quiet.quiet.total_seconds()) // 3600,
                readings=quiet.readings,
                rate=_thousandths(quiet.rate),
                error=_thousandths(quiet.error),
                least=_thousandths(quiet.detectable),
            )
        )
    if hint.daily is not None:
        said.append(
            _("Days: {score} of 5.0 (one day varies by {deviation}).").format(
                score=f"{hint.daily.score:.1f}", deviation=whole(hint.daily.deviation)
            )
        )
    if hint.suspected:
        return " ".join([_("It may leak: have the tank tested."), *said]), Tone.RED
    return " ".join([_("No sign of a leak."), *said]), Tone.GREEN


def delivery_told(delivery: Delivery, settles_for: timedelta | None) -> str:
    """What comes next."""
    match delivery.state:
        case DeliveryState.ORDERED:
            return _("The truck is here? Type what its papers say, and which compartment goes where.")
        case DeliveryState.UNLOADING:
            return _("Unloading. Press when the truck is empty; the nozzles of these tanks rest.")
        case DeliveryState.SETTLING if settles_for:
            seconds = int(settles_for.total_seconds())
            return _("Settling: measure in {time}.").format(time=f"{seconds // 60}:{seconds % 60:02d}")
        case DeliveryState.SETTLING if delivery.received is None:
            return _("The tanks have settled. Measure now; where there is no gauge, dip first.")
        case DeliveryState.SETTLING:
            return _("Measured: look at the difference, then receive it.")
    return tanks.delivery_state(delivery.state)


def _thousandths(millilitres: int) -> str:
    hundredths = half_up(millilitres, 10)
    return f"{'-' if hundredths < 0 else ''}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"
