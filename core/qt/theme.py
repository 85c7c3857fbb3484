"""Colours, sizes and fonts from resources/theme: one set of tokens, light and dark, one typeface in two weights."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from core.qt.notices import Tone
from core.resources import resource

_PIXELS = re.compile(r"\b(\d+)px")
_TOKEN = re.compile(r"@([a-z_]+\d*)(?:\.([a-z_]+))?")
# On a screen as wide as this everything grows together, so that 4K without the system's own scaling is read from a chair.
_SCALES: Final = ((3200, 2.2), (2400, 1.6), (1600, 1.2))


def scale_for(width: int) -> float:
    """How much everything grows on a screen so many pixels wide, as the system counts them."""
    return next((scale for least, scale in _SCALES if width >= least), 1.0)


@dataclass(frozen=True, slots=True)
class Theme:
    """The tokens of one theme at one scale."""

    name: str
    colours: Mapping[str, str]
    sizes: Mapping[str, int]
    types: Mapping[str, int]
    family: str
    scale: float = 1.0

    def colour(self, token: str) -> QColor:
        """A colour by its token, "text" or "red_soft"."""
        return QColor(_colour(self.colours[token]))

    def tone(self, tone: Tone) -> QColor:
        """The plain colour of a tone."""
        return self.colour(tone.value)

    def px(self, pixels: int) -> int:
        """So many pixels at this scale."""
        return round(pixels * self.scale)

    def size(self, token: str) -> int:
        """A size by its token in pixels at this scale."""
        return self.px(self.sizes[token])

    def font(self, token: str, bold: bool = False) -> QFont:
        """The typeface at one of the type sizes, its figures all of one width."""
        return QFont(_font(self.family, self.px(self.types[token]), bold))

    def elided(self, token: str, bold: bool, text: str, width: int) -> str:
        """As much of the text as fits into so many pixels in that typeface."""
        return _elided(self.family, self.px(self.types[token]), bold, text, width)

    def icon(self, name: str, colour: str = "text") -> QIcon:
        """An icon of resources/icons drawn in one of the theme's colours."""
        return QIcon(self.picture(name, colour, self.px(24)))

    def picture(self, name: str, colour: str = "text", pixels: int = 24) -> QPixmap:
        """The same as a picture so many pixels square."""
        return _picture(name, self.colours[colour], pixels)

    def style_sheet(self, name: str) -> str:
        """A style sheet of resources/theme with its @tokens filled in, its pixels at this scale.

        Raises KeyError for a token nobody knows.
        """
        sheet = resource(f"theme/{name}.qss").read_text(encoding="utf-8")
        return _TOKEN.sub(self._filled, _PIXELS.sub(lambda found: f"{self.px(int(found[1]))}px", sheet))

    def _filled(self, match: re.Match[str]) -> str:
        group, token = match.groups()
        if token is None:
            return self.family if group == "family" else self.colours[group]
        if group == "picture":  # A style sheet takes pictures from files only: one for each theme.
            return f'url("{resource(f"theme/{token}-{self.name}.png").as_posix()}")'
        return f"{self.px({'size': self.sizes, 'type': self.types}[group][token])}px"


@cache
def _colour(text: str) -> QColor:
    return QColor(text)


@cache
def _font(family: str, pixels: int, bold: bool) -> QFont:
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setBold(bold)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


@cache
def _metrics(family: str, pixels: int, bold: bool) -> QFontMetrics:
    return QFontMetrics(_font(family, pixels, bold))


@lru_cache(maxsize=4_096)
def _elided(family: str, pixels: int, bold: bool, text: str, width: int) -> str:
    return _metrics(family, pixels, bold).elidedText(text, Qt.TextElideMode.ElideRight, width)


@cache
def _picture(name: str, colour: str, pixels: int) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer  # The first window has no picture.

    svg = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", colour).encode()))
    ratio = 2
    picture = QPixmap(QSize(pixels, pixels) * ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, pixels * ratio, pixels * ratio))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


_current: Theme | None = None
_worn: dict[str, None] = {}


def current() -> Theme:
    """The theme that the application wears. Raises RuntimeError before `wear`."""
    if _current is None:
        raise RuntimeError("no theme is worn yet: call core.qt.theme.wear first")
    return _current


def load(name: str, scale: float = 1.0) -> Theme:
    """Read the tokens of the "light" or "dark" theme and load the typeface. Needs a QGuiApplication."""
    with resource("theme/tokens.toml").open("rb") as file:
        tokens = tomllib.load(file)
    return Theme(name, tokens[name], tokens["size"], tokens["type"], _typeface(), scale)


def wear(application: QApplication, theme: Theme, *sheets: str) -> None:
    """Dress the whole application; `sheets` are names in resources/theme beside the shared one ("pos", "admin").

    Sheets add up, so that the windows of several programs can live in one process.
    """
    global _current  # noqa: PLW0603  An application wears one theme.
    _current = theme
    _worn.update(dict.fromkeys(("shared", *sheets)))
    sheet = "\n".join(theme.style_sheet(name) for name in _worn)
    if application.styleSheet() == sheet:
        return
    application.setStyle("Fusion")
    application.setFont(theme.font("body"))
    application.setPalette(_palette(theme))
    application.setStyleSheet(sheet)


def paint_as(widget: QWidget, **properties: object) -> None:
    """Set properties that the style sheet looks at (tone, type, role) and restyle the widget where one has changed."""
    changed = [name for name, value in properties.items() if widget.property(name) != value]
    for name in changed:
        widget.setProperty(name, properties[name])
    if changed:
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.updateGeometry()


def keep_room(widget: QWidget, shown: bool) -> None:
    """Show or hide the widget without moving its neighbours: a tired hand finds everything where it was."""
    policy = widget.sizePolicy()
    if not policy.retainSizeWhenHidden():
        policy.setRetainSizeWhenHidden(True)
        widget.setSizePolicy(policy)
    widget.setVisible(shown)


_families: list[str] = []


def _typeface() -> str:
    if not _families:
        for file in sorted(resource("fonts").glob("*.ttf")):
            number = QFontDatabase.addApplicationFont(str(file))
            _families.extend(QFontDatabase.applicationFontFamilies(number))
    return _families[0]


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for place, token in (
        (role.Window, "ground"),
        (role.WindowText, "text"),
        (role.Base, "surface"),
        (role.AlternateBase, "ground"),
        (role.Text, "text"),
        (role.Button, "surface"),
        (role.ButtonText, "text"),
        (role.ToolTipBase, "text"),
        (role.ToolTipText, "surface"),
        (role.PlaceholderText, "quiet"),
        (role.Highlight, "blue_soft"),
        (role.HighlightedText, "text"),
        (role.Link, "blue"),
    ):
        palette.setColor(place, theme.colour(token))
    for place in (role.Text, role.ButtonText, role.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, place, theme.colour("quiet"))
    return palette
