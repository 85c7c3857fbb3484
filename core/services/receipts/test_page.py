"""A page that shows whether a printer does all that receipts ask of it."""

from core.domain.print_job import PrintJob
from core.domain.receipt import Align, Pair, QrCode, Receipt, Rule, Text
from core.ports.unit_of_work import Work
from core.services.receipts.letterhead import Letterhead
from core.wording import formats
from core.wording.catalogue import _


def test_page(work: Work, job: PrintJob, letterhead: Letterhead) -> Receipt:  # noqa: ARG001 - every paper is laid out so
    """Chinese, Latin, large, bold, both edges, a code to scan."""
    lines = letterhead.head(_("Printer test"), 1)
    lines += [
        Pair(_("Printer"), job.printer),
        Pair(_("Date"), formats.moment_to_the_second(job.posted_at)),
        Rule(),
        Text("加油站 0123456789 ABCDEFG abcdefg ￥"),
        Text("龘靐齉 鑫淼焱垚 92号 95号 ①②③ ℃ × ·"),
        Text(_("Bold"), bold=True),
        Text(_("Large"), large=True),
        Text(_("Centre"), Align.CENTRE),
        Text(_("Right edge"), Align.RIGHT),
        Pair(_("Left edge"), "￥1,234.56"),
        QrCode("https://example.com/youzhan-test"),
        Text(_("If all of this can be read and the paper was cut, the printer is well."), Align.CENTRE),
    ]
    return Receipt((*lines, *letterhead.foot()))
