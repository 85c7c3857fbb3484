"""What the simulated invoice house refuses, as the tax bureau does: amounts that do not agree, fuel not issued as refined oil."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from core.domain.invoice.goods import PREPAID_CODE
from core.domain.invoice.tax_number import tax_number_of
from core.domain.refusals.invoices import TaxNumberUnfit

_OIL_CODES = ("10701010101", "10701010301")
_FEN = Decimal("0.01")
_TAX_TOLERANCE = Decimal("0.06")
_PLAIN, _DISCOUNT, _DISCOUNTED = "0", "1", "2"


class Unfit(Exception):
    """Said to whoever asked, in the house's words."""


def check_order(order: Mapping[str, Any]) -> None:
    """Raises Unfit."""
    number = str(order.get("orderNo") or "")
    if not 0 < len(number) <= 20:
        raise Unfit("订单号不能为空且长度不能超过20位")
    if not order.get("buyerName") or not order.get("salerTaxNum") or not order.get("clerk"):
        raise Unfit("购方名称、销方税号、开票员不能为空")
    if order.get("invoiceType") != "1" or order.get("invoiceLine") not in ("pc", "bs"):
        raise Unfit("发票种类错误")
    if order.get("buyerTaxNum"):
        try:
            tax_number_of(str(order["buyerTaxNum"]))
        except TaxNumberUnfit as error:
            raise Unfit("购方税号格式错误") from error
    elif order["invoiceLine"] == "bs":
        raise Unfit("数电专票购方税号不能为空")
    details = order.get("invoiceDetail")
    if not isinstance(details, list) or not 0 < len(details) <= 2000:
        raise Unfit("发票明细不能为空且不超过2000行")
    for index, line in enumerate(details):
        _check_line(line)
        _check_discount(details, index)
    _check_oil(order, details)
    _check_prepaid(order, details)
    if sum(_decimal(line, "taxIncludedAmount") for line in details) <= 0:
        raise Unfit("合计金额必须大于0")


def _check_line(line: Mapping[str, Any]) -> None:
    if not line.get("goodsName") or len(str(line["goodsName"])) > 90:
        raise Unfit("商品名称不能为空且不超过90位")
    if len(str(line.get("goodsCode") or "")) != 19:
        raise Unfit("税收分类编码错误")
    net, tax, gross = (_decimal(line, key) for key in ("taxExcludedAmount", "tax", "taxIncludedAmount"))
    if net + tax != gross:
        raise Unfit("含税金额不等于不含税金额与税额之和")
    if abs(net * _decimal(line, "taxRate") - tax) > _TAX_TOLERANCE:
        raise Unfit("税额误差大于0.06")
    if "num" in line and abs(_decimal(line, "num") * _decimal(line, "price") - net) > _FEN:
        raise Unfit("单价乘以数量与金额误差大于0.01")


def _check_discount(details: Sequence[Mapping[str, Any]], index: int) -> None:
    line = details[index]
    kind = line.get("invoiceLineProperty", _PLAIN)
    amount = _decimal(line, "taxIncludedAmount")
    if kind == _DISCOUNT:
        before = details[index - 1] if index else {}
        if before.get("invoiceLineProperty") != _DISCOUNTED or before["goodsName"] != line["goodsName"]:
            raise Unfit("折扣行必须紧跟被折扣行且商品名称一致")
        if "num" in line or amount >= 0 or -amount > _decimal(before, "taxIncludedAmount"):
            raise Unfit("折扣行金额必须为负且不大于被折扣行，不能有数量")
    elif amount <= 0:
        raise Unfit("蓝票明细金额必须大于0")
    elif kind == _DISCOUNTED:
        after = details[index + 1] if index + 1 < len(details) else {}
        if after.get("invoiceLineProperty") != _DISCOUNT:
            raise Unfit("被折扣行后必须有折扣行")


def _check_oil(order: Mapping[str, Any], details: Sequence[Mapping[str, Any]]) -> None:
    oil = [line for line in details if str(line["goodsCode"]).startswith(_OIL_CODES)]
    if not oil:
        if order.get("specificFactor") == "1":
            raise Unfit("成品油发票只能开具成品油编码")
        return
    if order.get("specificFactor") != "1":
        raise Unfit("成品油编码必须通过成品油发票开具")
    if len(oil) != len(details):
        raise Unfit("成品油不能与其他商品混开")
    for line in oil:
        if line.get("invoiceLineProperty") == _DISCOUNT:
            continue
        if line.get("unit") not in ("升", "吨") or not _decimal(line, "num"):
            raise Unfit("成品油单位只能为升或吨，数量不能为空或0")


def _check_prepaid(order: Mapping[str, Any], details: Sequence[Mapping[str, Any]]) -> None:
    prepaid = [line for line in details if line["goodsCode"] == PREPAID_CODE]
    if not prepaid:
        return
    if len(prepaid) != len(details) or order["invoiceLine"] != "pc":
        raise Unfit("预付卡销售只能单独开具普通发票")
    if any(line.get("favouredPolicyFlag") != "04" or _decimal(line, "tax") for line in prepaid):
        raise Unfit("预付卡销售为不征税项目")


def _decimal(line: Mapping[str, Any], key: str) -> Decimal:
    try:
        return Decimal(str(line[key]))
    except (KeyError, InvalidOperation) as error:
        raise Unfit(f"{key}格式错误") from error
