"""The tanks' day as a PDF: what each should hold, what was measured, how far apart they lie, and what came."""

from typing import TYPE_CHECKING

from core.domain.litres import Litres
from core.domain.tanks.day_paper import BookDay, TankDay
from core.domain.tanks.variance import Rating
from core.reports.page import WIDTH, Row, alarm, figure, heading, label, printed, table, words
from core.wording import formats, names, tanks
from core.wording.catalogue import _

if TYPE_CHECKING:
    from reportlab.lib.colors import Color
    from reportlab.platypus import Flowable

_SUMS = tuple(WIDTH * part for part in (0.20, 0.10, 0.10, 0.10, 0.10, 0.10, 0.10, 0.20))
_TRUCKS = tuple(WIDTH * part for part in (0.22, 0.14, 0.13, 0.13, 0.13, 0.25))
_HAND = tuple(WIDTH * part for part in (0.18, 0.14, 0.14, 0.16, 0.38))


def tank_day_pdf(day: TankDay) -> bytes:
    """The whole paper."""
    from reportlab.platypus import Spacer

    title = _("Tanks of the day")
    story: list[Flowable] = [
        words(day.station, 16, bold=True),
        Spacer(1, 6),
        words(f"{title}  {day.day:%Y-%m-%d}", 13, bold=True),
        Spacer(1, 10),
        _sums(day),
        Spacer(1, 4),
        words(_("Litres as they lay in the tank. Below zero fuel is missing.")),
    ]
    for book in day.books:
        story += _details(book, day)
    story += [Spacer(1, 40), words(_("Signature") + " ____________________________")]
    moment = formats.moment_to_the_second(day.printed_at) if day.printed_at is not None else ""
    foot = _("Printed {moment}").format(moment=moment)
    return printed(story, f"{title} · {day.station}", day.station, foot)


def _sums(day: TankDay) -> "Flowable":
    head: Row = [
        label(_("Tank")),
        label(_("Opening"), right=True),
        label(_("Came"), right=True),
        label(_("Sold"), right=True),
        label(_("Book"), right=True),
        label(_("Measured"), right=True),
        label(_("Day's"), right=True),
        label(_("In all"), right=True),
    ]
    return table([head, *(_sum(book) for book in day.books)], _SUMS)


def _sum(book: BookDay) -> Row:
    line = book.line
    day, moved = line.day, line.day.moved
    share = line.per_myriad
    whole = tanks.signed(line.cumulative) + (f"  {tanks.percent(share)}" if share is not None else "")
    return [
        words(_tank(book)),
        figure(_tenths(day.opening)),
        # All that came in otherwise than from a nozzle's test, so that the row can be added up by hand.
        figure(_tenths(moved.opening + moved.delivered + moved.transferred + moved.adjusted)),
        figure(_tenths(moved.throughput)),
        figure(_tenths(day.closing)),
        figure(_tenths(day.measured)),
        figure(tanks.signed(line.daily), bold=True, colour=_colour(line.daily_rating)),
        figure(whole, colour=_colour(line.cumulative_rating)),
    ]


def _details(book: BookDay, day: TankDay) -> "list[Flowable]":
    story: list[Flowable] = []
    trucks, by_hand = book.filled(), book.by_hand
    figures = book.line.day
    told = [_tank(book)]
    if figures.measured is not None:
        told.append(_("water {litres} L").format(litres=_tenths(figures.water)))
        if figures.measured_at_20 is not None:
            told.append(_("at 20 °C {litres} L").format(litres=_tenths(figures.measured_at_20)))
        if figures.temperature is not None:
            told.append(tanks.celsius(figures.temperature))
    if figures.moved.returned:
        told.append(_("poured back {litres} L").format(litres=_tenths(figures.moved.returned)))
    if not (trucks or by_hand or figures.measured is not None):
        return story
    story.append(heading(" · ".join(told)))
    if trucks:
        head: Row = [
            label(_("Note number")),
            label(_("Truck")),
            label(_("By note"), right=True),
            label(_("Measured"), right=True),
            label(_("Apart, L"), right=True),
            label(_("Supplier")),
        ]
        rows: list[Row] = [head]
        for delivery, filling in trucks:
            received = filling.received
            rows.append(
                [
                    words(delivery.note_number),
                    words(delivery.plate),
                    figure(_tenths(filling.noted)),
                    figure(_tenths(received)),
                    figure(tanks.signed(received - filling.noted if received is not None else None)),
                    words(f"{delivery.supplier}  {delivery.remark}".strip()),
                ]
            )
        story.append(table(rows, _TRUCKS))
    if by_hand:
        rows = [
            [
                words(formats.moment(entry.at)),
                words(tanks.stock_kind(entry.kind)),
                figure(tanks.signed(entry.volume)),
                words(day.people.get(entry.by, "")),
                words(entry.reason),
            ]
            for entry in by_hand
        ]
        story.append(table(rows, _HAND, headings=0))
    if not trucks and not by_hand:
        story.append(words(_("Nothing came and nothing was adjusted.")))
    return story


def _tank(book: BookDay) -> str:
    numbers = "+".join(str(tank.number) for tank in book.vessel.tanks)
    return _("Tank {tank}, {grade}").format(tank=numbers, grade=names.grade_short(book.vessel.tanks[0].grade))


def _tenths(volume: Litres | None) -> str:
    """To the tenth of a litre, as the book is kept; a dash for what is not known."""
    return "—" if volume is None else tanks.signed(volume).removeprefix("+")


def _colour(rating: Rating) -> "Color | None":
    return alarm() if rating is Rating.RED else None
