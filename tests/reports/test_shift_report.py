"""The shift's paper, read back from the PDF as a person would: its words, its sums, its pages."""

import re
from dataclasses import replace
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # it comes without types
import pytest

from core.domain.faults import ReportNotWritten
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.report import ShiftReport
from core.domain.shift import ShiftState
from core.reports.pdf_writer import PdfWriter
from core.reports.shift_report import shift_pdf
from core.wording.catalogue import Language, in_language
from tests.reports.shifts import A_FULL_REPORT, A_HARD_REPORT, A_REPORT, A_SHIFT

ALARM = (0xB3, 0x26, 0x1E)


def pages_of(paper: bytes) -> list[str]:
    """The words of each page, one space between any two."""
    document = pypdfium2.PdfDocument(paper)
    try:
        return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def words_of(report: ShiftReport) -> str:
    return " ".join(pages_of(shift_pdf(report)))


def has_red(report: ShiftReport) -> bool:
    document = pypdfium2.PdfDocument(shift_pdf(report))
    try:
        picture = document[0].render(scale=2).to_pil().convert("RGB")
    finally:
        document.close()
    pixels = {colour for _count, colour in picture.getcolors(maxcolors=1_000_000) or []}
    return ALARM in pixels


@pytest.mark.parametrize(
    "said",
    [
        "昆明北站加油站",
        "第 143 班 交班报表",
        "李敏",
        "2026-11-22 08:02",
        "2026-11-22 16:05",
        "92号汽油 7.81 61 1,632.45 12,749.43",
        "92号汽油 7.95 12 301.20 2,394.54",
        "油品小计 126 4,001.99 31,934.30",
        "商品（件） 47 366.10",
        "账单合计 128 32,300.40",
        "折前 32,750.40，优惠 -450.00",
        "微信支付 78 20,187.90",
        "备用金 500.00",
        "现金收款 3,112.50",
        "应有 3,612.50",
        "实点 3,612.50",
        "差额 0.00",
        "已完成 14",
        "402.12",
        "3,188.66",
        "交班人签字",
        "打印时间 2026-11-22 16:06:30",
        "第 1 页，共 1 页",
    ],
)
def test_the_paper_says(said: str):
    assert said in words_of(A_REPORT)


@pytest.mark.parametrize(
    "said",
    [
        "复点人 赵建国 接班 第 144 班",
        "92号汽油 退款 7.81 1 -25.61 -200.00",
        "抹零 -0.30",
        "退款 2 笔，作废 1 笔 -250.00",
        "32,050.40",
        "微信支付 78 20,187.90 -200.00 (1) 19,987.90 19,987.90 0.00",
        # What was put right later stands beside the Z: the difference is gone, the entry tells why.
        "支付宝 20 8,000.00 8,000.00 8,000.00 0.00",
        "卡 1 888.00 888.00 888.00 0.00",
        "现金收支 -150.00",
        "应有 3,412.50",
        "差额 (短款) -1.00",
        "100.00 31 3,100.00",
        "2 13:30 现金支出 采购：绿化用水管",
        "1-1 92号汽油 1,234,567.89 1,236,501.54 1,933.65 1,933.65",
        "1-2 95号汽油 98,765.43 99,885.94 1,120.51 1,120.01 0.50",
        "2-1 98号汽油 — 4,500.00 — 188.33",
        "交班时1号机正在加油，已加 12.34 升",
        "挂单：云A12345 去取钱包 赵建国 45.00",
        "12 条记录未上传云端",
        "备注：客人去取钱包，已留电话",
        "支付宝账单看错一行 -1.00",
        "尚未上传云端 12",
        "9f8c1d2e3b4a5f60",
    ],
)
def test_the_paper_of_a_full_day_says(said: str):
    assert said in words_of(A_FULL_REPORT)


def test_the_paper_of_a_full_day_speaks_english_too():
    with in_language(Language.ENGLISH):
        words = words_of(replace(A_FULL_REPORT, note="", carried=(), movements=(), corrections=()))
    assert not re.search("[一-鿿]", re.sub("昆明北站加油站|李敏|赵建国", "", words))


def test_the_paper_speaks_english_too():
    with in_language(Language.ENGLISH):
        words = words_of(A_REPORT)
    for said in ("Shift report 143", "92 petrol 7.81", "Money taken", "Should be 3,612.50", "Page 1 of 1"):
        assert said in words
    assert not re.search("[一-鿿]", words.replace("昆明北站加油站", "").replace("李敏", ""))


def test_a_drawer_that_fits_has_nothing_red():
    assert not has_red(A_REPORT)


@pytest.mark.parametrize(
    ("counted", "said"), [(361_249, "差额 (短款) -0.01"), (371_250, "差额 (长款) 100.00")]
)
def test_a_drawer_that_does_not_fit_is_red_and_says_which_way(counted: int, said: str):
    report = replace(A_REPORT, shift=replace(A_SHIFT, counted_cash=Money(counted)))
    assert said in words_of(report)
    assert has_red(report)


def test_fills_that_nobody_paid_are_red():
    assert has_red(replace(A_REPORT, unpaid_fills=1, unpaid_amount=Money(100)))


def test_tenders_that_differ_from_the_bills_are_told():
    report = replace(A_REPORT, tenders=A_REPORT.tenders[:2])
    assert "与账单不符 -9,000.00" in words_of(report)


def test_cash_that_came_another_way_is_told_so_that_the_drawer_adds_up():
    report = replace(
        A_REPORT, shift=replace(A_SHIFT, expected_cash=Money(351_250), counted_cash=Money(351_250))
    )
    assert "其他现金收支 -100.00" in words_of(report)


def test_a_shift_that_is_still_open_has_no_count():
    shift = replace(
        A_SHIFT,
        state=ShiftState.OPEN,
        closed_by=None,
        closed_at=None,
        counted_cash=Money(0),
        expected_cash=Money(0),
    )
    words = words_of(replace(A_REPORT, shift=shift, closed_by="", expected_cash=Money(361_250)))
    assert "第 143 班 班中报表" in words
    assert "应有 3,612.50" in words
    assert "尚未清点" in words
    assert "差额" not in words


def test_a_shift_in_which_nothing_was_sold_is_a_paper_too():
    nothing = replace(
        A_REPORT,
        sales=0,
        gross=Money(0),
        discount=Money(0),
        fuel=(),
        goods_pieces=0,
        goods_amount=Money(0),
        tenders=(),
        orders=0,
        orders_volume=Litres(0),
        orders_amount=Money(0),
    )
    assert "账单合计 0 0.00" in words_of(nothing)


@pytest.mark.parametrize("language", list(Language))
def test_long_names_and_eight_digits_stay_inside_their_columns(language: Language):
    with in_language(language):
        paper = shift_pdf(A_HARD_REPORT)
    pages = pages_of(paper)
    assert len(pages) > 1
    assert "<A&B>" in pages[0]
    assert sum(page.count("98,765,432.10 ") for page in pages) >= 40
    # Nobody signs a page that says nothing.
    assert re.search("812.40", pages[-1])
    document = pypdfium2.PdfDocument(paper)
    try:
        for page in document:
            text = page.get_textpage()
            for index in range(text.count_rects()):
                left, _bottom, right, _top = text.get_rect(index)
                assert left >= 47
                assert right <= 595.28 - 47
    finally:
        document.close()


def test_the_paper_carries_its_own_letters():
    assert b"/FontFile2" in shift_pdf(A_REPORT)


def test_the_file_lies_in_the_folder_by_its_number_and_is_replaced_whole(tmp_path: Path):
    writer = PdfWriter(tmp_path / "reports")
    first = writer.shift(A_REPORT)
    assert first == tmp_path / "reports" / "shift-00143.pdf"
    assert writer.shift(replace(A_REPORT, station="改了名的加油站")) == first
    assert "改了名的加油站" in pages_of(first.read_bytes())[0]
    assert list(first.parent.iterdir()) == [first]


def test_what_was_prepared_leaves_the_paper_as_it_is(tmp_path: Path):
    writer = PdfWriter(tmp_path)
    before = pages_of(writer.shift(A_REPORT).read_bytes())
    writer.prepare()
    assert pages_of(writer.shift(A_REPORT).read_bytes()) == before
    assert [path.name for path in tmp_path.iterdir()] == ["shift-00143.pdf"]


def test_a_file_that_cannot_be_written_is_a_fault_and_leaves_nothing_behind(tmp_path: Path):
    blocked = tmp_path / "reports"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(ReportNotWritten) as fault:
        PdfWriter(blocked).shift(A_REPORT)
    assert fault.value.path.endswith("shift-00143.pdf")
    folder = tmp_path / "other"
    (folder / "shift-00143.pdf").mkdir(parents=True)
    with pytest.raises(ReportNotWritten):
        PdfWriter(folder).shift(A_REPORT)
    assert [path.name for path in folder.iterdir()] == ["shift-00143.pdf"]
