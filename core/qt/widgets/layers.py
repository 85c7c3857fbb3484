"""What lies over what in a window: the screen, sheets over it, the banner over all; and which button a key presses."""

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from core.qt import theme
from core.qt.notices import Notice, Notices, Tone
from core.qt.widgets.busy_button import BusyButton
from core.qt.widgets.labels import Words
from core.qt.widgets.status_strip import StatusStrip
from core.wording.catalogue import _

_PASSING_MS = 4_000
_EDGE = 8  # pixels around a sheet's panel
_SPACING, _TIGHT = 16, 8  # pixels between the parts of a sheet
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ICONS = {Tone.RED: "alert", Tone.AMBER: "watch", Tone.GREEN: "done", Tone.GREY: "watch", Tone.BLUE: "watch"}


class Sheet(QWidget):
    """A panel over the screen, in the same window: no second window, no waiting loop.

    A broad dark edge sets it off, and no veil over the whole window: what lies beside goes on living and is not painted
    anew when a sheet comes and goes, which took two frames.

    Signals: left, when a person goes back (Esc, the corner button).
    """

    left = Signal()

    def __init__(self, title: str, name: str, width: int = 720, may_leave: bool = True) -> None:
        super().__init__()
        self.setObjectName(name)
        wearing = theme.current()
        self._wanted_width = wearing.px(width)
        self.panel = QFrame(self)
        self.panel.setProperty("role", "sheet")
        # What lies under it need not be painted before it. The panel itself is not: its ground comes from the style sheet,
        # which an opaque widget is not given, and it would be black.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        outer = QVBoxLayout(self.panel)
        head = QHBoxLayout()
        self.title = Words(title, "title")
        head.addWidget(self.title, 1)
        self.back = BusyButton(_("Back"), f"{name}_back", key="Escape", role="quiet")
        self.back.clicked.connect(self.left)
        head.addWidget(self.back)
        outer.addLayout(head)
        self.body = QVBoxLayout()
        self._tight = False  # where a low window leaves no room for more
        outer.addLayout(self.body, 1)
        self._set_spacing()
        self.allow_leaving(may_leave)
        self.hide()

    def allow_leaving(self, may_leave: bool, reason: str = "") -> None:
        """Whether a person may go back now."""
        self.back.set_reason("" if may_leave else reason or _("Please finish this first."))

    def place(self) -> None:
        """Put the panel into the middle of what it lies over, as tall as it needs to be."""
        over, edge = self.parentWidget(), theme.current().px(_EDGE)
        if over is None:
            return
        width = min(self._wanted_width, over.width() - 2 * edge)
        self.panel.setFixedWidth(width)
        # The strip on top stays in sight, with the button that stops every pump, unless the sheet cannot be as low as that.
        above = over.strip_height if isinstance(over, Layers) else 0
        room = over.height() - above - 2 * edge
        least = self._least_height(width)
        tight = least + (self._slack() if self._tight else 0) > room
        if tight is not self._tight:
            self._tight = tight
            self._set_spacing()
            least = self._least_height(width)
        if least > room:
            above, room = 0, over.height() - 2 * edge
        layout = self.panel.layout()
        wanted = (
            layout.totalHeightForWidth(width) if layout is not None and layout.hasHeightForWidth() else -1
        )
        height = min(max(wanted, self.panel.sizeHint().height()), room)
        self.setGeometry(
            (over.width() - width) // 2 - edge,
            above + (over.height() - above - height) // 2 - edge,
            width + 2 * edge,
            height + 2 * edge,
        )
        self.panel.setGeometry(edge, edge, width, height)

    def _set_spacing(self) -> None:
        wearing, outer = theme.current(), self.panel.layout()
        gap, margin = wearing.px(_TIGHT if self._tight else _SPACING), wearing.px(24)
        self.body.setSpacing(gap)
        if outer is not None:
            outer.setContentsMargins(margin, margin // 2, margin, margin // 2 if self._tight else margin)
            outer.setSpacing(gap)

    def _least_height(self, width: int) -> int:
        """How low the panel can be at that width."""
        layout = self.panel.layout()
        if layout is None:
            return 0
        return (
            layout.minimumHeightForWidth(width)
            if layout.hasHeightForWidth()
            else layout.minimumSize().height()
        )

    def _slack(self) -> int:
        """What the wider spacing takes more: between the parts, below the head, and at the bottom."""
        wearing = theme.current()
        items = (self.body.itemAt(place) for place in range(self.body.count()))
        shown = len([item for item in items if item is not None and not item.isEmpty()])
        gap, margin = wearing.px(_SPACING) - wearing.px(_TIGHT), wearing.px(24)
        return max(1, shown) * gap + margin - margin // 2

    def event(self, event: QEvent) -> bool:
        """The panel grows and shrinks with what is in it."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.place()
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name.
        """The edge."""
        painter = QPainter(self)
        painter.setClipRegion(QRegion(self.rect()).subtracted(QRegion(self.panel.geometry())))
        painter.fillRect(self.rect(), theme.current().colour("edge"))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name.
        """Nothing behind the edge is pressed."""
        event.accept()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, N802  Qt's names.
        """Tab stays on the sheet."""
        fields = [
            widget
            for widget in self.panel.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled()
        ]
        if not fields:
            return False
        now = self.focusWidget()
        at = fields.index(now) if now in fields else -1
        fields[(at + (1 if next else -1)) % len(fields)].setFocus(Qt.FocusReason.TabFocusReason)
        return True


class Layers(QWidget):
    """The window's inside: one content, sheets over it, one banner over all."""

    def __init__(
        self,
        content: QWidget,
        notices: Notices,
        strip: StatusStrip | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """With a `strip`, which lies along the content's top, notices lie over it and over nothing that is pressed."""
        super().__init__(parent)
        self._content = self._home = content
        self._strip = strip
        self._never_covered: QAbstractButton | None = None
        self._sheets: list[Sheet] = []
        self._focus_before: list[QWidget | None] = []
        content.setParent(self)
        self._banner = NoticeBanner(notices, self)
        notices.changed.connect(lambda _notice: self._place())
        self._banner.hide()

    @property
    def strip_height(self) -> int:
        """How much of the top belongs to the strip."""
        return self._strip.height() if self._strip is not None and self._strip.isVisible() else 0

    @property
    def top(self) -> QWidget:
        """The sheet on top, or the content."""
        return self._sheets[-1] if self._sheets else self._content

    @property
    def has_sheets(self) -> bool:
        """Whether anything lies over the content."""
        return bool(self._sheets)

    def come_home_to(self, page: QWidget) -> None:
        """What gets the focus when what had it before a sheet is gone."""
        self._home = page

    def is_open(self, sheet: Sheet) -> bool:
        """Whether the sheet shows."""
        return sheet in self._sheets

    def open(self, sheet: Sheet, focus: QWidget | None = None) -> None:
        """Lay a sheet over everything; opening it again only moves the focus."""
        if sheet not in self._sheets:
            self._focus_before.append(self.window().focusWidget())
            self._sheets.append(sheet)
            sheet.setParent(self)
            sheet.place()
            sheet.show()
            sheet.raise_()
            self._banner.raise_()
            self._let_only_the_top_be_pressed()
        wanted = focus or sheet.back
        # What cannot have the focus yet would leave it below, and what is typed would go there unseen.
        (wanted if wanted.isEnabled() and wanted.isVisibleTo(sheet) else sheet).setFocus()

    def close_sheet(self, sheet: Sheet) -> None:
        """Take a sheet away; the focus goes back to where it was."""
        if sheet not in self._sheets:
            return
        at = self._sheets.index(sheet)
        self._sheets.remove(sheet)
        before = self._focus_before.pop(at)
        sheet.hide()
        self._let_only_the_top_be_pressed()
        if at < len(self._sheets):
            self._focus_before[at] = before  # Another lies over it: what is typed stays there.
            return
        # A list that was laid out anew meanwhile has taken its buttons away.
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus()
        else:
            self._home.setFocus()

    def close_sheets(self) -> None:
        """Only the content."""
        for sheet in reversed(self._sheets.copy()):
            self.close_sheet(sheet)

    def never_cover(self, button: QAbstractButton) -> None:
        """A button of the content that a finger and its key press whatever sheet lies over it."""
        self._never_covered = button

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name.
        """What no layer took: beside a sheet, only the button that is never covered hears it."""
        button, at = self._never_covered, event.globalPosition().toPoint()
        if button is not None and button.isVisible() and button.rect().contains(button.mapFromGlobal(at)):
            button.click()
        event.accept()

    def press(self, event: QKeyEvent) -> bool:
        """Press the button of the top layer whose `key` this is; whether there was one."""
        if event.isAutoRepeat():
            return False
        name = "Return" if event.key() in _ENTER else QKeySequence(event.keyCombination()).toString()
        name = {"Esc": "Escape", "Del": "Delete"}.get(name, name)
        for button in self.top.findChildren(QAbstractButton):
            if getattr(button, "key", "") == name and button.isVisible():
                if button.isEnabled():
                    button.click()
                elif button.toolTip():
                    # A hand at the keys is told why not, as a finger that taps it is.
                    below = button.mapToGlobal(button.rect().bottomLeft())
                    QToolTip.showText(below, button.toolTip(), button)
                return True
        always = self._never_covered
        if always is not None and getattr(always, "key", "") == name and always.isVisible():
            always.click()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name.
        """Keys that no field wanted."""
        if not self.press(event):
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name.
        """Every layer fills the window."""
        super().resizeEvent(event)
        self._place()

    def _let_only_the_top_be_pressed(self) -> None:
        for layer in (self._content, *self._sheets):
            covered = layer is not self.top
            layer.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, covered)
        BusyButton.cover(self, self.top)

    def _place(self) -> None:
        self._content.setGeometry(self.rect())
        for sheet in self._sheets:
            sheet.place()
        self._banner.setGeometry(self._beside_strip() if self._strip else self._in_the_middle())
        self._banner.raise_()

    def _beside_strip(self) -> QRect:
        """Over where and who; over the lamps, too, where that is too narrow for two lines."""
        assert self._strip is not None
        gap = theme.current().px(8)
        height = self._strip.height() - gap // 2
        width = self._strip.room_beside_lamps() - 2 * gap
        if width < theme.current().px(400) or self._banner.heightForWidth(width) > height:
            width = min(self._strip.room_beside_buttons() - 2 * gap, theme.current().px(1_000))
        return QRect(gap, gap // 4, width, max(height, self._banner.heightForWidth(width)))

    def _in_the_middle(self) -> QRect:
        width = min(theme.current().px(880), self.width() - 32)
        height = max(theme.current().px(44), self._banner.heightForWidth(width))
        return QRect((self.width() - width) // 2, theme.current().px(50), width, height)


class NoticeBanner(QFrame):
    """The notice that is being said now, with a button that puts it away."""

    def __init__(self, notices: Notices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice_banner")
        self._notices = notices
        self._icon = Words()
        self.words = Words("", "strong", name="notice_words", wrap=True)
        away = QPushButton("✕")
        away.setObjectName("notice_away")
        away.setToolTip(_("Put away"))
        away.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        away.clicked.connect(notices.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 0, 0)
        row.addWidget(self._icon)
        row.addWidget(self.words, 1)
        row.addWidget(away)
        self._passing = QTimer(self, interval=_PASSING_MS, singleShot=True)
        self._passing.timeout.connect(notices.clear)
        notices.changed.connect(self.show_notice)
        self.show_notice(notices.now)

    def show_notice(self, notice: Notice | None) -> None:
        """Paint it."""
        self._passing.stop()
        if notice is None:
            self.hide()
            return
        theme.paint_as(self, tone=notice.tone.value)
        for child in self.findChildren(QWidget):
            child.style().unpolish(child)
            child.style().polish(child)
        self._icon.setPixmap(theme.current().picture(_ICONS[notice.tone], f"on_{notice.tone.value}"))
        self.words.setText(notice.text)
        self.show()
        if notice.passing:
            self._passing.start()
