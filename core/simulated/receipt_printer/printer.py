"""The printer itself: its faults, its drawer, the jobs it holds and the jobs it printed."""

import json
import os
import threading
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from core.simulated.receipt_printer.decoder import PrintHead
from core.simulated.receipt_printer.paper import Paper
from core.simulated.receipt_printer.receipt import Cut, Pulse, Receipt
from core.simulated.receipt_printer.report import plain_receipt
from core.simulated.receipt_printer.stream import Kind, Stream, Token


class FaultKind(StrEnum):
    NONE = "none"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    PAPER_NEAR_END = "paper_near_end"


_BLOCKING = (FaultKind.PAPER_OUT, FaultKind.COVER_OPEN, FaultKind.OFFLINE)
_ALWAYS = 0x12
_DRAWER, _NOT_ONLINE = 0x04, 0x08
_COVER, _NO_PAPER = 0x04, 0x20
_NEAR_END, _PAPER_END = 0x0C, 0x60


class Breaking(StrEnum):
    """How a conversation breaks off in the middle of a job."""

    CUT = "cut"  # the connection is reset; what came is printed
    STALL = "stall"  # no more bytes are taken, as the roll is at its end


@dataclass(frozen=True, slots=True)
class Break:
    """The next job is taken so far and no further."""

    kind: Breaking
    after: int
    """Bytes of the conversation, status requests included."""


@dataclass(frozen=True, slots=True)
class Job:
    """One receipt: the bytes that made it and what became of them."""

    data: bytes
    receipt: Receipt
    ended_by: str
    """cut, or close of the connection."""


@dataclass(frozen=True, slots=True)
class PrintedJob:
    number: int
    job: Job
    paths: tuple[Path, Path, Path]


class Printer:
    """Keeps every job in a folder; one printer for any number of connections."""

    def __init__(self, folder: Path, paper_dots: int, font: Path | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.paper_dots = paper_dots
        self._paper = Paper(font)
        self._lock = threading.RLock()
        self._fault = FaultKind.NONE
        self._held: list[Job] = []
        self._printed: list[PrintedJob] = []
        self._number = max((int(path.stem[4:]) for path in folder.glob("job-*.bin")), default=0)
        self._held_pulses = 0
        self.pulses = 0
        self.drawer_open = False
        self._break: Break | None = None

    def break_next(self, planned: Break) -> None:
        """The next conversation that goes on for so long breaks off there, once."""
        with self._lock:
            self._break = planned

    def break_after(self, taken: int) -> Break | None:
        """The break that is due for a conversation that has taken so many bytes; it is over with that."""
        with self._lock:
            due = self._break
            if due is None or taken < due.after:
                return None
            self._break = None
            return due

    @property
    def bytes_until_break(self) -> int | None:
        with self._lock:
            return None if self._break is None else self._break.after

    @property
    def fault(self) -> FaultKind:
        return self._fault

    def set_fault(self, kind: FaultKind) -> None:
        """Set the one fault there is, or clear it; what was held is printed as soon as printing is possible."""
        with self._lock:
            self._fault = kind
            if kind in _BLOCKING:
                return
            held, self._held = self._held, []
            pulses, self._held_pulses = self._held_pulses, 0
            self._kick(pulses)
            for job in held:
                self._print(job)

    def status(self, number: int) -> bytes:
        """The answer to DLE EOT with this number."""
        answer = _ALWAYS
        if number == 1:
            answer |= (_DRAWER if self.drawer_open else 0) | (_NOT_ONLINE if self._fault in _BLOCKING else 0)
        elif number == 2:
            answer |= {FaultKind.COVER_OPEN: _COVER, FaultKind.PAPER_OUT: _NO_PAPER}.get(self._fault, 0)
        elif number == 4:
            answer |= {FaultKind.PAPER_NEAR_END: _NEAR_END, FaultKind.PAPER_OUT: _PAPER_END}.get(
                self._fault, 0
            )
        return bytes([answer])

    def take(self, job: Job) -> None:
        """Print a whole job, or hold it as long as a fault stands in its way."""
        with self._lock:
            if self._fault in _BLOCKING:
                self._held.append(job)
            else:
                self._print(job)

    def pulse(self, count: int) -> None:
        """Open the drawer, as soon as the printer works its buffer off."""
        with self._lock:
            if self._fault in _BLOCKING:
                self._held_pulses += count
            else:
                self._kick(count)

    def pulse_at_once(self, count: int) -> None:
        """Open the drawer past all that waits: only a printer that is off line does not hear of it."""
        with self._lock:
            if self._fault is not FaultKind.OFFLINE:
                self._kick(count)

    def close_drawer(self) -> None:
        self.drawer_open = False

    def jobs(self) -> list[dict[str, object]]:
        with self._lock:
            jobs: list[dict[str, object]] = [
                {
                    "number": done.number,
                    "state": "printed",
                    "files": [path.name for path in done.paths],
                    "ended_by": done.job.ended_by,
                    **plain_receipt(done.job.receipt),
                }
                for done in self._printed
            ]
            jobs += [{"number": None, "state": "held", "ended_by": job.ended_by} for job in self._held]
            return jobs

    def _kick(self, count: int) -> None:
        self.pulses += count
        self.drawer_open = self.drawer_open or count > 0

    def _print(self, job: Job) -> None:
        self._number += 1
        name = f"job-{self._number:04d}"
        paths = self.folder / f"{name}.bin", self.folder / f"{name}.json", self.folder / f"{name}.png"
        self._paper_png(job, paths[2])
        told = plain_receipt(job.receipt) | {"number": self._number, "ended_by": job.ended_by}
        _write_whole(paths[1], json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8"))
        # Last, so that whoever sees the bytes finds the rest beside them.
        _write_whole(paths[0], job.data)
        self._printed.append(PrintedJob(self._number, job, paths))

    def _paper_png(self, job: Job, path: Path) -> None:
        part = path.with_name(path.name + ".part")
        self._paper.draw(job.receipt).save(part, format="PNG")
        part.replace(path)


class Conversation:
    """One connection's bytes on their way to paper. Real-time answers come back from `take`."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._stream = Stream()
        self._head = PrintHead(printer.paper_dots)
        self._data = bytearray()

    def take(self, received: bytes) -> bytes:
        return self._work(self._stream.feed(received))

    def end(self) -> None:
        """The connection is closed: what came since the last cut is a job, if it marks the paper at all."""
        self._work(self._stream.end())
        self._head.finish()
        if self._head.receipt.marks_paper:
            self._file("close")

    def _work(self, tokens: list[Token]) -> bytes:
        answers = b""
        for token in tokens:
            if token.kind is Kind.STATUS_REQUEST:
                answers += self._printer.status(token.values[0])
                continue
            place = len(self._data)
            self._data += token.raw
            before = len(self._head.receipt.elements)
            self._head.take([replace(token, offset=place)])
            news = self._head.receipt.elements[before:]
            pulses = sum(isinstance(element, Pulse) for element in news)
            if token.name == "DLE DC4":
                self._printer.pulse_at_once(pulses)
            else:
                self._printer.pulse(pulses)
            if any(isinstance(element, Cut) for element in news):
                self._file("cut")
        return answers

    def _file(self, ended_by: str) -> None:
        self._printer.take(Job(bytes(self._data), self._head.receipt, ended_by))
        self._data.clear()
        self._head.begin_receipt()


def _write_whole(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
