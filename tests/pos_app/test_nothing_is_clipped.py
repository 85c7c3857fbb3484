"""No word on any screen is cut off, in either language, at the sizes that stations have; nor is a button too small.

English words are the longer ones: the quick run shows each screen in English, and the fullest in Chinese too.
YOUZHAN_PICTURES=FOLDER keeps a picture of each; with YOUZHAN_PICTURES_ALL=1 of every size, theme and language.
"""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from core.qt import theme
from core.qt.widgets.amount_label import AmountLabel
from core.qt.widgets.labels import ElidedWords
from core.qt.widgets.layers import Sheet
from core.wording.catalogue import Language, use
from tests.pos_app import fill_scenes, gap_scenes, money_scenes, prepay_scenes, shift_scenes  # noqa: F401  They add their scenes.
from tests.pos_app.conftest import OpenTill
from tests.pos_app.scenes import COUNTER_SCENES, FORECOURT_SCENES
from tests.pos_app.till_station import RunningTill

_ALL = bool(os.environ.get("YOUZHAN_PICTURES_ALL"))
_COUNTER_SIZES = ((1366, 768), (1920, 1080), (3840, 2160)) if _ALL else ((1366, 768),)
_FORECOURT_SIZES = ((1280, 800), (1920, 1080), (3840, 2160)) if _ALL else ((1280, 800),)
_LOOKS = ("light", "dark") if _ALL else ("light",)
_FULLEST = {
    "a_counter_at_its_limits",
    "a_member_with_a_long_name",
    "an_account_customer_with_a_long_name",
    "a_shift_without_report",
    "choosing_what_goes_back",
    "much_under_way",
    "a_full_forecourt",
}


def _marks(name: str, language: Language) -> tuple[pytest.MarkDecorator, ...]:
    quick = _ALL or language is Language.ENGLISH or name in _FULLEST
    return () if quick else (pytest.mark.long,)


_CASES = [
    pytest.param(
        place,
        name,
        size,
        look,
        language,
        id=f"{name}-{size[0]}-{look}-{language}",
        marks=_marks(name, language),
    )
    for place, scenes, sizes in (
        ("counter", COUNTER_SCENES, _COUNTER_SIZES),
        ("forecourt", FORECOURT_SCENES, _FORECOURT_SIZES),
    )
    for name in scenes
    for size in sizes
    for look in _LOOKS
    for language in Language
]


@pytest.mark.parametrize(("place", "name", "size", "look", "language"), _CASES)
def test_nothing_is_clipped(
    place: str,
    name: str,
    size: tuple[int, int],
    look: str,
    language: Language,
    open_till: OpenTill,
    request: pytest.FixtureRequest,
) -> None:
    use(language)
    till = open_till(place=place, size=size, look=look)
    {**COUNTER_SCENES, **FORECOURT_SCENES}[name](till)
    for _round in range(3):
        QCoreApplication.sendPostedEvents()
    if folder := os.environ.get("YOUZHAN_PICTURES"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        till.window.grab().save(str(Path(folder) / f"{request.node.callspec.id}.png"))
    assert [
        said for each in till.window.findChildren(QWidget) if each.isVisible() and (said := clipped(each))
    ] == []
    assert [said for each in till.window.findChildren(QPushButton) if (said := too_small(each))] == []
    assert [said for each in till.window.findChildren(Sheet) if (said := covers_the_strip(till, each))] == []


def too_small(button: QPushButton) -> str:
    """Which button no finger hits; nothing where one does."""
    least = theme.current().size("target")
    if not button.isVisible() or (button.width() >= least and button.height() >= least):
        return ""
    return f"{button.objectName()}: {button.size()}"


def covers_the_strip(till: RunningTill, sheet: Sheet) -> str:
    """Which sheet lies over the lamps and over the button that stops every pump; nothing where none does."""
    strip = till.window.layers.strip_height
    edge = sheet.panel.y()
    return (
        f"{sheet.objectName()} begins at {sheet.y()}"
        if sheet.isVisible() and sheet.y() + edge < strip
        else ""
    )


def clipped(widget: QWidget) -> str:
    """What is cut off of this widget's words; nothing where all of it shows."""
    if isinstance(widget, AmountLabel | ElidedWords):
        return ""  # These shrink or end in dots on purpose, and say the whole on hover.
    if isinstance(widget, QLabel) and widget.text():
        needed = _room(widget.fontMetrics(), widget.text(), widget.width() if widget.wordWrap() else 0)
    elif isinstance(widget, QPushButton) and widget.text():
        widget.ensurePolished()
        needed = _room(widget.fontMetrics(), widget.text(), 0)
    else:
        return ""
    # A glyph's own bearing may stand over by a pixel.
    if needed.width() <= widget.width() + 1 and needed.height() <= widget.height() + 1:
        return ""
    return f"{widget.objectName() or type(widget).__name__}: {widget.text()!r} needs {needed.size()}, has {widget.size()}"


def _room(metrics: QFontMetrics, text: str, width: int) -> QRect:
    flags = Qt.AlignmentFlag.AlignLeft | (Qt.TextFlag.TextWordWrap if width else Qt.TextFlag(0))
    return metrics.boundingRect(QRect(0, 0, width or 10_000, 10_000), int(flags), text.replace("&&", "&"))
