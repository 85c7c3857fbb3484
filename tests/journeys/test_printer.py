"""A printer that cannot print: the sale is safe, the sentence says what to do, and it prints when it can."""

import pytest

from core.domain.faults import Fault
from core.wording.catalogue import Language, use
from core.wording.refusals import sentence, sentence_of_code
from tests.journeys.outside import Outside, eventually
from tests.journeys.real_station import RealStation

SENTENCES = {
    "paper_out": ("打印机缺纸，请装纸后重打。", "The printer is out of paper. Load paper, then print again."),
    "cover_open": (
        "打印机盖没有合上，请合上后重打。",
        "The printer's cover is open. Close it, then print again.",
    ),
    "offline": (
        "打印机没有响应，请检查电源和网线后重打。",
        "The printer does not answer. Check its power and cable, then print again.",
    ),
}


@pytest.mark.parametrize("kind", SENTENCES)
def test_a_sale_is_safe_and_its_receipt_comes_later(
    audited: RealStation, outside: Outside, kind: str
) -> None:
    outside.control(outside.printer, "fault", {"kind": kind})
    already = len(outside.printed())
    bill = audited.bill(water=1)
    audited.till.payments.take_cash(bill.id, bill.due, audited.cashier)
    eventually(lambda: _told_of(audited, "ReceiptNotPrinted"), "the till hears that nothing came out")
    with pytest.raises(Fault) as fault:
        audited.till.receipts.reprint(bill.id, audited.cashier)
    assert sentence(fault.value) == SENTENCES[kind][0]
    use(Language.ENGLISH)
    assert sentence(fault.value) == SENTENCES[kind][1]
    use(Language.CHINESE)
    assert sentence_of_code(audited.till.receipts.printer_status().fault) == SENTENCES[kind][0]
    assert len(outside.printed()) == already
    outside.control(outside.printer, "fault", {"kind": "none"})
    audited.till.receipts.reprint(bill.id, audited.cashier)
    eventually(lambda: len(outside.printed()) == already + 1, "the receipt is printed")
    assert "副本" not in str(outside.printed()[-1])  # the first that came out is no copy
    audited.till.receipts.reprint(bill.id, audited.manager)  # a copy asks for the right
    eventually(lambda: len(outside.printed()) == already + 2, "the copy is printed")
    assert "副本 1" in str(outside.printed()[-1])


def test_a_receipt_that_was_asked_for_while_there_was_no_paper_does_not_come_twice(
    audited: RealStation, outside: Outside
) -> None:
    already = len(outside.printed())
    outside.control(outside.printer, "fault", {"kind": "paper_out"})
    bill = audited.bill(water=1)
    audited.till.payments.take_cash(bill.id, bill.due, audited.cashier)
    eventually(lambda: _told_of(audited, "ReceiptNotPrinted"), "the till hears that nothing came out")
    outside.control(outside.printer, "fault", {"kind": "none"})
    audited.till.receipts.print_sale(bill.id)
    eventually(lambda: len(outside.printed()) > already, "the receipt is printed")
    assert len(outside.printed()) == already + 1


def _told_of(station: RealStation, kind: str) -> int:
    snake = "".join("_" + letter.lower() if letter.isupper() else letter for letter in kind).lstrip("_")
    return len(station.rows("SELECT number FROM events WHERE kind IN (?, ?)", kind, snake))
