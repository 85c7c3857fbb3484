"""Page, fonts, header and footer, table style: one look for every paper."""

from collections.abc import Sequence
from functools import cache
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

from core.resources import resource
from core.wording.catalogue import _

if TYPE_CHECKING:
    from reportlab.lib.colors import Color
    from reportlab.platypus import Flowable, Paragraph, Table

REGULAR, BOLD = "YouzhanSans", "YouzhanSans-Bold"

Row = list[Any]  # of what reportlab draws, and of texts

MARGIN = 48.0  # points; 17 mm
WIDTH = 595.28 - 2 * MARGIN  # of A4
_FRAME = 6.0  # reportlab leaves this around what it is given
_INK, _QUIET, _LINE, _ALARM, _BAND = "#16181d", "#5c636e", "#c9ced6", "#b3261e", "#f3f5f8"


def ink() -> "Color":
    """The colour of words and figures."""
    return _colour(_INK)


def quiet() -> "Color":
    """The colour of labels."""
    return _colour(_QUIET)


def line() -> "Color":
    """The colour of rules."""
    return _colour(_LINE)


def alarm() -> "Color":
    """The colour of what does not add up."""
    return _colour(_ALARM)


def band() -> "Color":
    """The colour behind a sum."""
    return _colour(_BAND)


def words(
    text: str, size: float = 9.5, *, bold: bool = False, colour: "Color | None" = None, right: bool = False
) -> "Paragraph":
    """A text that wraps between Chinese characters and is taken as it is, whatever signs are in it."""
    from reportlab.lib.enums import TA_LEFT, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    load_fonts()
    style = ParagraphStyle(
        "words",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.4,
        textColor=colour or ink(),
        alignment=TA_RIGHT if right else TA_LEFT,
        wordWrap="CJK",
    )
    return Paragraph(escape(text, quote=False), style)


def figure(text: str, *, bold: bool = False, colour: "Color | None" = None) -> "Paragraph":
    """A figure in its column: right-aligned, so that digits stand under digits."""
    return words(text, bold=bold, colour=colour, right=True)


def label(text: str, *, right: bool = False) -> "Paragraph":
    """The name of a column or of a fact."""
    made = words(text, 8.5, colour=quiet(), right=right)
    made.style.leading = 9.5 * 1.4  # on one line with the fact beside it
    return made


def heading(text: str) -> "Paragraph":
    """The heading of a part of the paper."""
    from reportlab.platypus import Paragraph

    paragraph: Paragraph = words(text, 11, bold=True)
    paragraph.style.spaceBefore, paragraph.style.spaceAfter = 14, 4
    return paragraph


def table(
    rows: list[Row], widths: Sequence[float], *, headings: int = 1, sums: Sequence[int] = ()
) -> "Table":
    """Rows under a heading that comes again on the next page, with a thin rule between them and a band behind the sums."""
    from reportlab.platypus import Table

    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, line()),
    ]
    if headings:
        style.append(("LINEBELOW", (0, headings - 1), (-1, headings - 1), 0.9, ink()))
    for row in sums:
        style += [("BACKGROUND", (0, row), (-1, row), band()), ("LINEABOVE", (0, row), (-1, row), 0.9, ink())]
    return Table(rows, colWidths=list(widths), repeatRows=headings, style=style, hAlign="LEFT")


def printed(story: "list[Flowable]", title: str, author: str, footer: str) -> bytes:
    """The story on as many A4 pages as it needs; each says at its foot which of how many it is."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import SimpleDocTemplate

    load_fonts()

    class NumberedCanvas(Canvas):
        """Holds the pages back until their number is known."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._pages: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802  reportlab names it so
            self._pages.append(dict(self.__dict__))
            self._startPage()  # type: ignore[attr-defined]  # the way that reportlab itself shows; not in its types

        def save(self) -> None:
            for number, page in enumerate(self._pages, 1):
                self.__dict__.update(page)
                self._foot(number, len(self._pages))
                super().showPage()
            super().save()

        def _foot(self, number: int, of: int) -> None:
            self.setStrokeColor(line())
            self.setLineWidth(0.4)
            self.line(MARGIN, 40, MARGIN + WIDTH, 40)
            self.setFont(REGULAR, 8)
            self.setFillColor(quiet())
            self.drawString(MARGIN, 28, footer)
            self.drawRightString(MARGIN + WIDTH, 28, _("Page {number} of {of}").format(number=number, of=of))

    paper = BytesIO()
    document = SimpleDocTemplate(
        paper,
        pagesize=A4,
        leftMargin=MARGIN - _FRAME,
        rightMargin=MARGIN - _FRAME,
        topMargin=42,
        bottomMargin=54,
        title=title,
        author=author,
    )
    document.build(story, canvasmaker=NumberedCanvas)
    return paper.getvalue()


def prepare() -> None:
    """Load all that a first paper waits for: the library and the faces, and of each face what a glyph of it asks for."""
    from reportlab.platypus import Spacer

    printed(
        [words("昆明 0.00"), words("昆明 0.00", bold=True), table([["1"]], [WIDTH]), Spacer(1, 1)], "", "", ""
    )


@cache
def load_fonts() -> None:
    """Make the bundled faces known to reportlab, once; a paper carries only the glyphs that are on it."""
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
    from reportlab.pdfbase.ttfonts import TTFont

    registerFont(TTFont(REGULAR, str(resource("fonts/NotoSansSC-Regular.ttf"))))
    registerFont(TTFont(BOLD, str(resource("fonts/NotoSansSC-Bold.ttf"))))
    registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)


@cache
def _colour(hexadecimal: str) -> "Color":
    from reportlab.lib.colors import HexColor

    return HexColor(hexadecimal)
