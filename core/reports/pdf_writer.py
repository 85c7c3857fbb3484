"""Port report_writer: picks the layout, writes the file whole or not at all."""

import contextlib
import os
import re
import tempfile
from pathlib import Path

from core.domain.account import StatementPaper
from core.domain.faults import ReportNotWritten
from core.domain.price_paper import PricePaper
from core.domain.report import ShiftReport
from core.domain.tanks.day_paper import TankDay
from core.wording import formats
from core.wording.formats import STATION_ZONE


class PdfWriter:
    """Writes reports into one folder, which it makes where it is not there.

    Each layout is loaded when its first paper is written: a till sells for hours before anybody prints one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self) -> None:
        """Load the library and the two faces, which a program needs once."""
        from core.reports.page import prepare

        prepare()

    def shift(self, report: ShiftReport) -> Path:
        """The shift's paper; where it lies. Written again, it takes the old one's place. Raises ReportNotWritten."""
        from core.reports.shift_report import shift_pdf

        so_far = "" if report.shift.closed_at else "-so-far"
        return self._write(self._folder / f"shift-{report.shift.number:05}{so_far}.pdf", shift_pdf(report))

    def statement(self, paper: StatementPaper) -> Path:
        """An account customer's statement, by name and first day; where it lies. Raises ReportNotWritten."""
        from core.reports.account_statement import statement_pdf

        account, (first, _last) = paper.statement.account, paper.statement.days(STATION_ZONE)
        called = re.sub(r"[^\w-]+", "-", account.name).strip("-")
        name = f"statement-{called or account.id[-6:]}-{first:%Y-%m-%d}.pdf"
        return self._write(self._folder / name, statement_pdf(paper))

    def price_change(self, paper: PricePaper) -> Path:
        """A price change's slip, by its moment; where it lies. Raises ReportNotWritten."""
        from core.reports.price_change import price_change_pdf

        due = formats.end_moment(paper.changes[0].due_at).replace(":", "").replace(" ", "-")
        return self._write(
            self._folder / f"price-change-{due}-{paper.together[-6:]}.pdf", price_change_pdf(paper)
        )

    def tank_day(self, day: TankDay) -> Path:
        """The tanks' figures of a day; where it lies. Raises ReportNotWritten."""
        from core.reports.tank_day import tank_day_pdf

        return self._write(self._folder / f"tanks-{day.day:%Y-%m-%d}.pdf", tank_day_pdf(day))

    def _write(self, path: Path, paper: bytes) -> Path:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(paper)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(path)
            except BaseException:
                with contextlib.suppress(OSError):
                    Path(name).unlink()
                raise
        except OSError as error:
            raise ReportNotWritten(str(path)) from error
        return path
