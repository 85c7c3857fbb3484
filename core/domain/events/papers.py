"""What came out of the printer, or is to."""

from dataclasses import dataclass

from core.domain.events.event import Event


@dataclass(frozen=True, slots=True)
class ReceiptPrinted(Event):
    """A receipt left the printer."""

    sale: str
    copy: int


@dataclass(frozen=True, slots=True)
class ReceiptNotPrinted(Event):
    """The printer failed; the sale is safe."""

    sale: str
    fault: str


@dataclass(frozen=True, slots=True)
class PrintJobPosted(Event):
    """A person asked for a paper; `reprint` where it had come out before."""

    job: str
    kind: str
    subject: str
    reprint: bool


@dataclass(frozen=True, slots=True)
class PrintJobCancelled(Event):
    """A paper that waited is not to come out any more; `fault` where it could not be laid out."""

    job: str
    kind: str
    subject: str
    fault: str
