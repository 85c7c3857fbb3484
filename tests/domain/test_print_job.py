"""A paper's way from the sale to the customer's hand."""

from datetime import UTC, datetime

import pytest

from core.domain.ids import PrintJobId, StaffId
from core.domain.print_job import PaperKind, PrintJob, PrintState
from core.domain.refusals.papers import PrintJobEnded

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)
JOB = PrintJob(PrintJobId("j"), "lp0", PaperKind.SALE_RECEIPT, "s", AT, StaffId("c"))


def test_a_paper_that_came_out_is_done() -> None:
    printed = JOB.begun(1).printed(AT)
    assert (printed.state, printed.copy, printed.tries, printed.ended_at) == (PrintState.PRINTED, 1, 1, AT)
    for step in (lambda: printed.begun(1), lambda: printed.cancelled(AT), lambda: printed.noted("x")):
        with pytest.raises(PrintJobEnded):
            step()


def test_what_certainly_did_not_come_out_is_no_copy_and_what_may_have_is() -> None:
    begun = JOB.begun(1)
    assert begun.held_up("printer_out_of_paper", nothing_came_out=True).copy == 1
    unsure = begun.held_up("printer_offline", nothing_came_out=False)
    assert (unsure.copy, unsure.state, unsure.fault) == (0, PrintState.WAITING, "printer_offline")
    assert unsure.begun(2).printed(AT).fault == ""


def test_only_a_waiting_paper_is_cancelled_unless_it_cannot_be_made() -> None:
    assert JOB.cancelled(AT).state is PrintState.CANCELLED
    with pytest.raises(PrintJobEnded):
        JOB.begun(1).cancelled(AT)
    assert JOB.begun(1).cancelled(AT, "paper_unknown").fault == "paper_unknown"
    assert JOB.noted("printer_cover_open").cancelled(AT).fault == "printer_cover_open"


def test_x_and_test_pages_are_never_copies() -> None:
    kinds = {kind for kind in PaperKind if PrintJob(JOB.id, "p", kind, "s", AT, StaffId("c")).counted}
    assert PaperKind.X_REPORT not in kinds
    assert PaperKind.TEST_PAGE not in kinds
    assert {PaperKind.SALE_RECEIPT, PaperKind.Z_REPORT} < kinds
