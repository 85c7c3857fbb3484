"""Nuonuo (诺诺, 诺税通 SaaS): one address, the method in a header, HMAC-SHA1 over the body exactly as it is sent."""

import base64
import hashlib
import hmac
import json
import logging
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import httpx

from cloud_api.clock import Clock
from cloud_api.invoices.house import Asked, HouseRefused, HouseSilent, Issued, Reversal, Standing
from cloud_api.invoices.repository import Seller
from core.domain.invoice.lines import InvoiceLine, LineKind
from core.domain.invoice.title import TitleKind

_log = logging.getLogger(__name__)
_CHINA = timezone(timedelta(hours=8))
_SECONDS = 15.0
_LARGEST_PAPER = 5_000_000
_OK, _NOT_FOUND, _TWICE = "E0000", "E9500", "E9106"
_ORDINARY, _SPECIAL = "pc", "bs"
_REFINED_OIL = "1"
_NOT_TAXABLE = "04"
# Without a right key, token or tax number nothing was looked at: to be asked again once a person has mended it.
_NOT_LET_IN = "070"
_ISSUED, _FAILED, _SEAL_FAILED = "2", "22", "24"
_IN_WORK = frozenset({"20", "21"})
_SELLER = "0"
# 红字确认单: no confirmation needed, or both have confirmed; then the bureau issues by itself.
_RED_FAILED = frozenset({"05", "06", "07", "08", "09", "10", "16"})
_SHORT_OF_STOCK = ("库存不足", "可开具数量", "成品油库存")


class Nuonuo:
    """The invoice house "nuonuo". `token` is what its open platform gave for this application."""

    def __init__(self, *, base_url: str, app_key: str, app_secret: str, token: str, clock: Clock) -> None:
        self._url, self._app_key, self._secret, self._token = base_url, app_key, app_secret, token
        self._clock = clock
        self._client: httpx.AsyncClient | None = None

    async def issue(self, asked: Asked) -> None:
        code, described, _result = await self._call(
            "nuonuo.OpeMplatform.requestBillingNew", asked.seller, {"order": _order(asked)}
        )
        # The same number a second time: it is in work, or issued; the query says which.
        if code not in (_OK, _TWICE):
            raise HouseRefused(f"{described} ({code})")

    async def query(self, seller: Seller, order_no: str) -> Issued:
        return await self._queried(seller, {"orderNos": [order_no], "isOfferInvoiceDetail": "0"})

    async def reverse(self, reversal: Reversal) -> None:
        content = {
            "billId": reversal.red_no,
            "blueInvoiceLine": _SPECIAL if reversal.is_special else _ORDINARY,
            "applySource": _SELLER,
            "blueElecInvoiceNumber": reversal.number,
            "sellerTaxNo": reversal.seller.tax_number,
            "sellerName": reversal.seller.name,
            "buyerTaxNo": reversal.title.tax_number,
            "buyerName": reversal.title.name,
            "redReason": str(reversal.reason.value),
        }
        code, described, _result = await self._call(
            "nuonuo.OpeMplatform.saveInvoiceRedConfirm", reversal.seller, content
        )
        if code != _OK and (await self._red_form(reversal.seller, reversal.red_no)) is None:
            raise HouseRefused(f"{described} ({code})")

    async def query_reversal(self, seller: Seller, red_no: str) -> Issued:
        form = await self._red_form(seller, red_no)
        if form is None:
            return Issued(Standing.ABSENT)
        if str(form.get("billStatus")) in _RED_FAILED:
            return Issued(Standing.FAILED, failure=str(form.get("billMessage") or form.get("billStatus")))
        number, serial = form.get("redInvoiceNumber"), form.get("invoiceSerialNum")
        if not number:
            return Issued(Standing.IN_WORK)
        if not serial:
            return Issued(Standing.ISSUED, str(number), self._clock.now())
        issued = await self._queried(seller, {"serialNos": [str(serial)], "isOfferInvoiceDetail": "0"})
        if issued.standing is not Standing.ISSUED:
            return Issued(Standing.IN_WORK)
        return Issued(Standing.ISSUED, str(number), issued.at, issued.papers)

    async def paper(self, address: str) -> bytes:
        # Whoever can answer in the house's name must not make us fetch from inside our own network.
        if urlsplit(address).scheme != urlsplit(self._url).scheme:
            raise HouseSilent("a paper lies at an address of another kind")
        try:
            async with self._http().stream("GET", address) as answer:
                answer.raise_for_status()
                body = bytearray()
                async for chunk in answer.aiter_bytes():
                    body += chunk
                    if len(body) > _LARGEST_PAPER:
                        raise HouseSilent("a paper is too large")
        except httpx.HTTPError as error:
            raise HouseSilent(type(error).__name__) from error
        return bytes(body)

    async def deliver(self, seller: Seller, order_no: str, number: str, email: str) -> None:
        code, described, _result = await self._call(
            "nuonuo.OpeMplatform.deliveryInvoice",
            seller,
            {"taxnum": seller.tax_number, "orderNo": order_no, "invoiceNumber": number, "mail": email},
        )
        if code != _OK:
            raise HouseRefused(f"{described} ({code})")

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _queried(self, seller: Seller, content: Mapping[str, Any]) -> Issued:
        code, described, result = await self._call("nuonuo.OpeMplatform.queryInvoiceResult", seller, content)
        if code == _NOT_FOUND:
            return Issued(Standing.ABSENT)
        if code != _OK or not isinstance(result, list) or not result or not isinstance(result[0], dict):
            raise HouseSilent(f"{described} ({code})")
        return _issued(result[0])

    async def _red_form(self, seller: Seller, red_no: str) -> Mapping[str, Any] | None:
        code, described, result = await self._call(
            "nuonuo.OpeMplatform.queryInvoiceRedConfirm", seller, {"identity": _SELLER, "billId": red_no}
        )
        if code == _NOT_FOUND:
            return None
        if code != _OK or not isinstance(result, dict):
            raise HouseSilent(f"{described} ({code})")
        forms = result.get("list") or []
        return forms[0] if forms else None

    async def _call(self, method: str, seller: Seller, content: Mapping[str, Any]) -> tuple[str, str, Any]:
        """Its code, what it says of it, and its result. Raises HouseSilent, HouseRefused (we are not let in)."""
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        senid, nonce = secrets.token_hex(16), str(10_000_000 + secrets.randbelow(90_000_000))
        timestamp = str(int(self._clock.now().timestamp()))
        try:
            answer = await self._http().post(
                self._url,
                params={"senid": senid, "nonce": nonce, "timestamp": timestamp, "appkey": self._app_key},
                content=body.encode(),
                headers={
                    "Content-Type": "application/json; charset=UTF-8",
                    "X-Nuonuo-Sign": signature(
                        self._secret,
                        self._url,
                        body,
                        app_key=self._app_key,
                        senid=senid,
                        nonce=nonce,
                        timestamp=timestamp,
                    ),
                    "accessToken": self._token,
                    "userTax": seller.tax_number,
                    "method": method,
                },
            )
            answer.raise_for_status()
            said = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise HouseSilent(type(error).__name__) from error
        if not isinstance(said, dict) or not isinstance(said.get("code"), str):
            raise HouseSilent("an answer without a code")
        code, described = said["code"], str(said.get("describe") or "")
        if code.startswith(_NOT_LET_IN):
            _log.error("the invoice house does not let us in: %s %s", code, described)
            raise HouseSilent(f"{described} ({code})")
        return code, described, said.get("result")

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=_SECONDS, trust_env=False, follow_redirects=False)
        return self._client


def signature(
    secret: str, url: str, body: str, *, app_key: str, senid: str, nonce: str, timestamp: str
) -> str:
    """X-Nuonuo-Sign. Of the path /open/v1/services it takes the pieces backwards: a, l, p."""
    place, level, action = urlsplit(url).path.strip("/").split("/")[-3:]
    text = f"a={action}&l={level}&p={place}&k={app_key}&i={senid}&n={nonce}&t={timestamp}&f={body}"
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()


def _order(asked: Asked) -> dict[str, Any]:
    seller, title = asked.seller, asked.title
    order: dict[str, Any] = {
        "orderNo": asked.order_no,
        "invoiceDate": asked.at.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S"),
        "invoiceType": "1",
        "invoiceLine": _SPECIAL if asked.is_special else _ORDINARY,
        "salerTaxNum": seller.tax_number,
        "salerTel": seller.phone,
        "salerAddress": seller.address,
        "salerAccount": f"{seller.bank} {seller.account}".strip(),
        "clerk": seller.clerk,
        "buyerName": title.name,
        "buyerTaxNum": title.tax_number,
        "buyerAddress": title.address,
        "buyerTel": title.phone,
        "buyerAccount": f"{title.bank} {title.account}".strip(),
        "naturalPersonFlag": "0",
        # By e-mail where there is an address, else not at all: the driver has it in the app.
        "pushMode": "0" if title.email else "-1",
        "email": title.email,
        "remark": "",
        "invoiceDetail": [_detail(line) for line in asked.lines],
    }
    if title.kind is TitleKind.PERSON:
        order["buyerTaxNum"] = ""
    if any(line.goods.is_refined_oil for line in asked.lines):
        order["specificFactor"] = _REFINED_OIL
    return order


def _detail(line: InvoiceLine) -> dict[str, Any]:
    rate = line.goods.rate
    detail = {
        "goodsName": line.goods.name,
        "goodsCode": line.goods.tax_code,
        "withTaxFlag": "0",
        "unit": line.goods.unit if line.quantity_e8 is not None else "",
        "taxRate": "0" if rate is None else decimals(rate * 10_000, 8),
        "taxExcludedAmount": decimals(line.net.fen, 2),
        "tax": decimals(line.tax.fen, 2),
        "taxIncludedAmount": decimals(line.gross.fen, 2),
        "invoiceLineProperty": {LineKind.PLAIN: "0", LineKind.DISCOUNT: "1", LineKind.DISCOUNTED: "2"}[
            line.kind
        ],
        "favouredPolicyFlag": _NOT_TAXABLE if rate is None else "0",
    }
    if line.quantity_e8 is not None and line.price_e8 is not None:
        detail |= {"num": decimals(line.quantity_e8, 8), "price": decimals(line.price_e8, 8)}
    return detail


def decimals(whole: int, places: int) -> str:
    """A whole number of parts as a decimal: 849 at 2 places is 8.49."""
    sign, whole = ("-", -whole) if whole < 0 else ("", whole)
    above, below = divmod(whole, 10**places)
    return f"{sign}{above}.{below:0{places}d}"


def _issued(said: Mapping[str, Any]) -> Issued:
    status = str(said.get("status") or "")
    if status == _ISSUED:
        number = said.get("allElectronicInvoiceNumber") or said.get("invoiceNo")
        if not number:
            return Issued(Standing.IN_WORK)
        at = str(said.get("invoiceTime") or "")
        papers = tuple(
            (form, str(said[key])) for form, key in (("pdf", "pdfUrl"), ("xml", "xmlUrl"), ("ofd", "ofdUrl")) if said.get(key)
        )  # fmt: skip
        moment = datetime.fromtimestamp(int(at) / 1_000, UTC) if at.isdigit() else None
        return Issued(Standing.ISSUED, str(number), moment, papers)
    if status in (_FAILED, _SEAL_FAILED) or status in ("3", "31"):
        failure = str(said.get("failCause") or said.get("statusMsg") or status)
        return Issued(
            Standing.FAILED,
            failure=failure,
            may_come_right=any(word in failure for word in _SHORT_OF_STOCK),
        )
    return Issued(Standing.IN_WORK)
