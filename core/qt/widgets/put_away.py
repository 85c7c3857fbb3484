"""Takes a part of a screen away for good."""

from PySide6.QtWidgets import QWidget


def put_away(widget: QWidget) -> None:
    """Out of its layout's sight at once, and deleted when Qt comes to it.

    Hidden first: Qt shows what a layout has just taken in a moment later, and what has lost its parent by then would open
    as a window of its own over everything.
    """
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()
