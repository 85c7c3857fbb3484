"""The papers of the simulated invoice house: an XML with the data, and a PDF to look at."""

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from reportlab.lib.pagesizes import A5, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from core.resources import resource

_FACE = "InvoiceSC"
_COLUMNS = (
    (20, "goodsName", "项目名称"),
    (230, "unit", "单位"),
    (260, "num", "数量"),
    (340, "price", "单价"),
    (420, "taxExcludedAmount", "金额"),
    (480, "taxRate", "税率"),
    (530, "tax", "税额"),
)


def xml(invoice: Mapping[str, Any]) -> bytes:
    """Everything that was issued."""
    root = ET.Element("EInvoice", {"number": invoice["number"], "kind": invoice["kind"]})
    for key in ("buyerName", "buyerTaxNum", "salerTaxNum", "issued"):
        ET.SubElement(root, key).text = str(invoice.get(key) or "")
    for line in invoice["lines"]:
        item = ET.SubElement(root, "Item")
        for key, value in line.items():
            ET.SubElement(item, key).text = str(value)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def pdf(invoice: Mapping[str, Any]) -> bytes:
    """One page in the manner of an e-invoice."""
    if _FACE not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(_FACE, str(resource("fonts/NotoSansSC-Regular.ttf"))))
    body = io.BytesIO()
    width, height = landscape(A5)
    canvas = Canvas(body, pagesize=(width, height))
    canvas.setFont(_FACE, 14)
    canvas.drawCentredString(width / 2, height - 36, str(invoice["kind"]))
    canvas.setFont(_FACE, 8)
    for row, text in enumerate(
        (
            f"发票号码：{invoice['number']}",
            f"开票日期：{invoice['issued']}",
            f"购买方：{invoice['buyerName']}  {invoice.get('buyerTaxNum') or ''}",
            f"销售方：{invoice['salerTaxNum']}",
        )
    ):
        canvas.drawString(20, height - 60 - 12 * row, text)
    top = height - 124
    for left, _key, title in _COLUMNS:
        canvas.drawString(left, top, title)
    for row, line in enumerate(invoice["lines"][:12], 1):
        for left, key, _title in _COLUMNS:
            canvas.drawString(left, top - 13 * row, str(line.get(key, ""))[:26])
    total = sum((Decimal(str(line["taxIncludedAmount"])) for line in invoice["lines"]), Decimal())
    canvas.drawString(20, 30, f"价税合计：¥{total:.2f}    模拟发票，仅供试用 / simulated")
    canvas.showPage()
    canvas.save()
    return body.getvalue()
