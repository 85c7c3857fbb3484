"""A shift's figures as rows of words and figures, in parts: for the till's X and the manager's desk."""

from dataclasses import dataclass

from core.domain.count import Variance
from core.domain.litres import Litres
from core.domain.money import ZERO, Money
from core.domain.report import ShiftReport
from core.domain.shift import MeterFigure, corrected
from core.wording import fills, formats, names
from core.wording.catalogue import _


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `off` is whether it tells something that does not add up, `sum` whether it adds others up."""

    words: str
    figure: str
    off: bool = False
    sum: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows under one heading."""

    title: str
    rows: tuple[Row, ...]


def parts_of(report: ShiftReport) -> tuple[Part, ...]:
    """Everything that there is to tell; parts of which there is nothing are left out."""
    parts = [
        Part(_("Counter"), _counter(report)),
        Part(_("Fuel"), _fuel(report)),
        Part(_("How it was paid"), _tenders(report)),
        Part(_("Cash in and out"), _movements(report)),
        Part(_("Cash drawer"), _drawer(report)),
        Part(_("Notes and coins"), _pieces(report)),
        Part(_("Fills that were not simply paid"), _fills_apart(report)),
        Part(_("Left open"), _left_open(report)),
        Part(_("Meters"), tuple(_meter(figure) for figure in report.nozzles if figure.moved)),
        Part(_("Corrections"), _corrections(report)),
    ]
    return tuple(part for part in parts if part.rows)


def _counter(report: ShiftReport) -> tuple[Row, ...]:
    rows = [
        Row(_("Bills"), f"{report.sales:,}"),
        Row(_("Before discounts"), formats.money(report.gross)),
        Row(_("Discounts"), formats.money(-report.discount)),
    ]
    if report.rounding:
        rows.append(Row(_("Rounding off"), formats.money(-report.rounding)))
    if report.refunds:
        rows.append(Row(_("Refunds ({number})").format(number=report.refunds), ""))
    if report.voids:
        rows.append(Row(_("Voids ({number})").format(number=report.voids), ""))
    if report.refunded:
        rows.append(Row(_("Given back"), formats.money(-report.refunded)))
    rows.append(Row(_("Takings"), formats.money(report.takings), sum=True))
    goods = _("Goods ×{count}").format(count=report.goods_pieces)
    rows.append(Row(goods, formats.money(report.goods_amount)))
    if report.orders:
        figure = f"{formats.litres(report.orders_volume)}   {formats.money(report.orders_amount)}"
        rows.append(Row(_("Online orders ×{count}").format(count=report.orders), figure))
    return tuple(rows)


def _fuel(report: ShiftReport) -> tuple[Row, ...]:
    rows = []
    for figures, sign in ((report.fuel, 1), (report.refunded_fuel, -1)):
        for each in figures:
            price = formats.unit_price_without_unit(each.price)
            words = f"{names.grade_short(each.grade)} @ {price} ×{each.fills}"
            amount = each.amount if sign > 0 else -each.amount
            words = words if sign > 0 else _("back: {words}").format(words=words)
            rows.append(Row(words, f"{formats.litres(each.volume)}   {formats.money(amount)}"))
    return tuple(rows)


def _tenders(report: ShiftReport) -> tuple[Row, ...]:
    rows = []
    for each in report.tenders:
        rows.append(Row(f"{names.tender(each.tender)} ×{each.count}", formats.money(each.amount)))
        if each.refunds:
            words = _("  given back ×{count}").format(count=each.refunds)
            rows.append(Row(words, formats.money(-each.refunded)))
    for each in report.settled:
        words = _("Account customers paid, {tender} ×{count}")
        rows.append(
            Row(words.format(tender=names.tender(each.tender), count=each.count), formats.money(each.amount))
        )
    return tuple(rows)


def _in_bills(report: ShiftReport) -> list[Row]:
    rows = []
    for figures, sign in ((report.unfinished, 1), (report.brought, -1)):
        words = _("{tender} in unfinished bills") if sign > 0 else _("{tender} counted by the shift before")
        for each in figures:
            amount = each.amount if sign > 0 else -each.amount
            rows.append(Row(words.format(tender=names.tender(each.tender)), formats.money(amount)))
    return rows


def _movements(report: ShiftReport) -> tuple[Row, ...]:
    return tuple(
        Row(
            f"{move.number}. {formats.time_of_day(move.at)} {names.cash_kind(move.kind)} {move.reason}".rstrip(),
            formats.money(move.into_drawer),
        )
        for move in report.movements
    )


def _drawer(report: ShiftReport) -> tuple[Row, ...]:
    rows = [Row(_("Float"), formats.money(report.shift.opening_float))]
    if not report.is_blind:
        rows.append(Row(_("Should be"), formats.money(report.expected_cash), sum=True))
    for variance in report.variances:
        rows += _variance(corrected(variance, report.corrections))
    return tuple(rows)


def _variance(variance: Variance) -> list[Row]:
    tender = names.tender(variance.tender)
    return [
        Row(_("{tender}, counted").format(tender=tender), formats.money(variance.counted)),
        Row(
            _("{tender}, difference").format(tender=tender),
            signed(variance.difference),
            off=bool(variance.difference),
        ),
    ]


def _pieces(report: ShiftReport) -> tuple[Row, ...]:
    rows = [
        Row(f"{formats.money(Money(fen))} × {pieces:,}", formats.money(Money(fen * pieces)))
        for fen, pieces in report.pieces.pieces
    ]
    if report.pieces.loose:
        rows.append(Row(_("As one sum"), formats.money(report.pieces.loose)))
    return tuple(rows)


def _left_open(report: ShiftReport) -> tuple[Row, ...]:
    rows = []
    if report.open_bills:
        rows.append(
            Row(_("Open bills ×{count}").format(count=report.open_bills), formats.money(report.open_amount))
        )
    if report.unpaid_fills:
        words = _("Unpaid fills ×{count}").format(count=report.unpaid_fills)
        rows.append(Row(words, formats.money(report.unpaid_amount), off=True))
    if report.unsent:
        rows.append(Row(_("Not sent to the cloud yet"), f"{report.unsent:,}", off=True))
    if report.note:
        rows.append(Row(_("Note: {note}").format(note=report.note), ""))
    return tuple(rows)


def _fills_apart(report: ShiftReport) -> tuple[Row, ...]:
    rows = []
    for figure in report.steps:
        text = f"{formats.litres(figure.volume)}   {formats.money(figure.amount)}"
        rows.append(Row(f"{fills.step(figure.step)} ×{figure.fills}", text))
        if figure.returned:
            rows.append(Row("  " + _("Returned to tank"), formats.litres(figure.returned)))
    if report.owed_fills:
        words = _("Still owed by customers ({number})").format(number=report.owed_fills)
        rows.append(Row(words, formats.money(report.owed_amount), off=True))
    return tuple(rows)


def _meter(figure: MeterFigure) -> Row:
    words = f"{figure.pump}-{figure.nozzle} {names.grade_short(figure.grade)}"
    metered = figure.metered
    if metered is None:
        return Row(words, _("{litres} by fills, no counter").format(litres=formats.litres(figure.volume)))
    text = _("{metered} by counter, {filled} by fills").format(
        metered=formats.litres(metered), filled=formats.litres(figure.volume)
    )
    if figure.gap:
        text += " " + _("(gap {gap})").format(gap=formats.litres_of_millilitres(figure.gap))
    return Row(words, text, off=bool(figure.gap))


def _corrections(report: ShiftReport) -> tuple[Row, ...]:
    return tuple(
        Row(
            f"{each.number}. {formats.short_moment(each.at)} {names.tender(each.tender)} {each.reason}",
            signed(each.amount),
        )
        for each in report.corrections
    )


def signed(amount: Money) -> str:
    """With its sign where it is not nothing."""
    return f"+{formats.money(amount)}" if amount > ZERO else formats.money(amount)


def litres_or_none(volume: Litres | None) -> str:
    """A counter's figure, or a dash where it was never told."""
    return formats.litres_without_unit(volume) if volume is not None else "—"
