"""What a scanner with a cable of its own has read comes back to a listener."""

from typing import Protocol


class ScannerListener(Protocol):
    """Hears on the scanner's own thread; hand it on and return."""

    def scanned(self, text: str) -> None:
        """One whole code, without what scanners add. May be a payer's code: never write it down in full."""
        ...

    def line(self, up: bool, why: str) -> None:
        """The scanner was plugged in or pulled out."""
        ...


class Scanner(Protocol):
    """A scanner that does not type."""

    def start(self, listener: ScannerListener) -> None:
        """Begin to listen."""
        ...

    def stop(self) -> None:
        """End; nothing is heard after this."""
        ...
