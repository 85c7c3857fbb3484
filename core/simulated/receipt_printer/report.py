"""A receipt as plain values for JSON."""

from typing import Any

from core.simulated.receipt_printer.receipt import (
    HALF_CELL_DOTS,
    Cut,
    Element,
    Feed,
    Glyph,
    Line,
    Picture,
    Pulse,
    QrCode,
    Receipt,
    Style,
)


def plain_receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "width_dots": receipt.paper_dots,
        "columns": receipt.paper_dots // HALF_CELL_DOTS,
        "text": "\n".join(line.text for line in receipt.lines),
        "lines": [_line(line) for line in receipt.lines],
        "elements": [_element(element) for element in receipt.elements],
        "qr": [code.content for code in receipt.qr_codes],
        "drawer_pulses": receipt.pulses,
        "cut": receipt.is_cut,
        "overflow": any(line.overflow for line in receipt.lines),
        "errors": [{"offset": wrong.offset, "message": wrong.message} for wrong in receipt.errors],
    }


def _line(line: Line) -> dict[str, object]:
    width, height = line.size
    return {
        "text": line.text,
        "align": line.align.value,
        "size": {"width": width, "height": height},
        "width_half_cells": line.width_half_cells,
        "overflow": line.overflow,
        "spans": [
            {
                "text": text,
                "width": style.width,
                "height": style.height,
                "bold": style.bold,
                "underline": style.underline,
                "reverse": style.reverse,
            }
            for text, style in _spans(line.glyphs)
        ],
    }


def _spans(glyphs: tuple[Glyph, ...]) -> list[tuple[str, Style]]:
    spans: list[tuple[str, Style]] = []
    for glyph in glyphs:
        if spans and spans[-1][1] == glyph.style:
            spans[-1] = spans[-1][0] + glyph.character, glyph.style
        else:
            spans.append((glyph.character, glyph.style))
    return spans


def _element(element: Element) -> dict[str, object]:
    match element:
        case Line():
            return {"kind": "line", "text": element.text}
        case Feed():
            return {"kind": "feed", "dots": element.dots}
        case QrCode():
            return {
                "kind": "qr",
                "content": element.content,
                "module_dots": element.module_dots,
                "level": element.level,
                "align": element.align.value,
            }
        case Picture():
            return {
                "kind": "picture",
                "width": element.width,
                "height": element.height,
                "align": element.align.value,
            }
        case Cut():
            return {"kind": "cut", "full": element.full}
        case Pulse():
            return {"kind": "pulse", "pin": element.pin}
