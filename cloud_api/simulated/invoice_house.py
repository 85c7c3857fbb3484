"""An invoice house that speaks Nuonuo's wire: python -m cloud_api.simulated.invoice_house --keys DIR.

It issues some moments after it was asked, knows how much fuel the seller may still invoice (成品油库存), and refuses what the
tax bureau refuses. /control/ledger tells what was issued, /control/stock sets the stock, /control/next asks for misbehaviour.
"""

import argparse
import base64
import hmac
import json
import secrets
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import BaseModel
from starlette.types import ASGIApp

from cloud_api.clock import Clock
from cloud_api.simulated import invoice_papers as papers
from cloud_api.simulated.invoice_rules import Unfit, check_order
from cloud_api.simulated.keys import invoice_customer
from cloud_api.simulated.process import DroppedConnection, SilentConnection, load_books, run, save_books
from cloud_api.simulated.script import Behaviour, On, Script, Wish

_PATH = "/open/v1/services"
_PUBLIC = ("appkey", "senid", "nonce", "timestamp")
_OK = {"code": "E0000", "describe": "调用成功"}
_OLDEST_SECONDS = 600
_REASONS = frozenset("1234")


class Stock(BaseModel):
    """POST /control/stock: litres that a seller may still invoice under a tax code; none set is no limit."""

    tax_code: str
    litres: int


class InvoiceHouse:
    """Issues what it is asked for; its books outlive a restart where it has a state file."""

    def __init__(
        self, keys: Path, clock: Clock, *, state: Path | None = None, issue_seconds: float = 0.0
    ) -> None:
        self._customer, self._clock, self._state = invoice_customer(keys), clock, state
        self._takes, self._script, self.url = timedelta(seconds=issue_seconds), Script(), ""
        books = load_books(state)
        self._orders: dict[str, dict[str, Any]] = books.get("orders", {})
        self._reds: dict[str, dict[str, Any]] = books.get("reds", {})
        self._stock: dict[str, str] = books.get("stock", {})
        app = FastAPI(title="Simulated invoice house", docs_url=None, redoc_url=None, openapi_url=None)
        app.add_api_route(_PATH, self._serve, methods=["POST"], response_model=None)
        app.add_api_route("/papers/{number}.{form}", self._paper, methods=["GET"], response_model=None)
        app.add_api_route("/control/ledger", self._ledger, methods=["GET"])
        app.add_api_route("/control/stock", self._set_stock, methods=["POST"])
        app.add_api_route("/control/next", self._wish, methods=["POST"])
        app.add_api_route("/control/clear", self._clear, methods=["POST"])
        self.app: ASGIApp = app

    async def start(self, url: str) -> None:
        self.url = url

    async def stop(self) -> None:
        pass

    async def _serve(self, request: Request) -> Response | dict[str, Any]:
        body = (await request.body()).decode()
        refused = self._not_let_in(request, body)
        if refused is not None:
            return refused
        behaviour = self._script.take(On.ANSWER, request.headers["method"])
        if behaviour is Behaviour.DROP_BEFORE:
            return DroppedConnection()
        answer = {"code": "E9999", "describe": "系统繁忙"}
        if behaviour is not Behaviour.SYSTEM_ERROR:
            answer = self._answer(request.headers["method"], json.loads(body), request.headers["userTax"])
            save_books(self._state, {"orders": self._orders, "reds": self._reds, "stock": self._stock})
        if behaviour is Behaviour.DROP_AFTER:
            return DroppedConnection()
        if behaviour is Behaviour.SILENT:
            return SilentConnection()
        return answer

    def _answer(self, name: str, content: dict[str, Any], tax_number: str) -> dict[str, Any]:
        methods = {
            "requestBillingNew": self._issue,
            "queryInvoiceResult": self._query,
            "saveInvoiceRedConfirm": self._reverse,
            "queryInvoiceRedConfirm": self._query_red,
            "deliveryInvoice": self._deliver,
        }
        method = methods.get(name.removeprefix("nuonuo.OpeMplatform."))
        if method is None:
            return {"code": "070202", "describe": "API不存在"}
        try:
            return method(content, tax_number)
        except Unfit as unfit:
            return {"code": "E9105", "describe": str(unfit)}

    def _not_let_in(self, request: Request, body: str) -> dict[str, Any] | None:
        asked, headers = request.query_params, request.headers
        signed = self._signed(dict(asked), body)
        if asked.get("appkey") != self._customer.app_key:
            return {"code": "070101", "describe": "appkey无效"}
        if not secrets.compare_digest(headers.get("x-nuonuo-sign", "").encode(), signed.encode()):
            return {"code": "070102", "describe": "签名错误"}
        if headers.get("accesstoken") != self._customer.token:
            return {"code": "070304", "describe": "accessToken无效"}
        if len(asked.get("senid", "")) != 32 or len(asked.get("nonce", "")) != 8:
            return {"code": "070103", "describe": "公共参数错误"}
        age = abs(self._clock.now().timestamp() - int(asked.get("timestamp", "0")))
        if age > _OLDEST_SECONDS:
            return {"code": "070104", "describe": "请求已过期"}
        return None

    def _signed(self, asked: dict[str, str], body: str) -> str:
        """base64(HMAC-SHA1) of the path's pieces, the public parameters and the body."""
        pieces = {"a": "services", "l": "v1", "p": "open"}
        pieces |= {short: asked.get(name, "") for short, name in zip("kint", _PUBLIC, strict=True)}
        text = "&".join(f"{name}={value}" for name, value in pieces.items()) + f"&f={body}"
        made = hmac.digest(self._customer.app_secret.encode(), text.encode(), "sha1")
        return base64.b64encode(made).decode()

    def _issue(self, content: dict[str, Any], tax_number: str) -> dict[str, Any]:
        order = content.get("order") or {}
        check_order(order)
        if order["salerTaxNum"] != tax_number:
            raise Unfit("销方税号与授权税号不一致")
        if order["orderNo"] in self._orders:
            return {"code": "E9106", "describe": "订单编号不能重复"}
        self._orders[order["orderNo"]] = {
            **order,
            "serial": secrets.token_hex(10),
            "due": (self._clock.now() + self._takes).timestamp(),
            "number": "",
            "failure": "",
        }
        return {**_OK, "result": {"invoiceSerialNum": self._orders[order["orderNo"]]["serial"]}}

    def _query(self, content: dict[str, Any], tax_number: str) -> dict[str, Any]:
        wanted = set(content.get("orderNos") or ()), set(content.get("serialNos") or ())
        books = [*self._orders.values(), *self._reds.values()]
        found = [
            one
            for one in books
            if one["salerTaxNum"] == tax_number
            and (one["orderNo"] in wanted[0] or one["serial"] in wanted[1])
        ]
        if not found:
            return {"code": "E9500", "describe": "未查询到发票"}
        return {**_OK, "result": [self._told(one) for one in found]}

    def _told(self, order: dict[str, Any]) -> dict[str, Any]:
        self._come_of_age(order)
        told: dict[str, Any] = {"serialNo": order["serial"], "orderNo": order["orderNo"], "status": "20"}
        if order["failure"]:
            return {**told, "status": "22", "failCause": order["failure"]}
        if not order["number"]:
            return told
        return {
            **told,
            "status": "2",
            "allElectronicInvoiceNumber": order["number"],
            "invoiceTime": int(order["due"] * 1000),
            "pdfUrl": f"{self.url}/papers/{order['number']}.pdf",
            "xmlUrl": f"{self.url}/papers/{order['number']}.xml",
        }

    def _come_of_age(self, order: dict[str, Any]) -> None:
        """What was asked for is issued, or fails for want of stock, when its time has come."""
        if order["number"] or order["failure"] or self._clock.now().timestamp() < order["due"]:
            return
        for line in order["invoiceDetail"]:
            left = self._stock.get(line["goodsCode"])
            if left is not None and "num" in line and Decimal(line["num"]) > Decimal(left):
                order["failure"] = "成品油库存不足，可开具数量不足"
                return
        for line in order["invoiceDetail"]:
            if line["goodsCode"] in self._stock and "num" in line:
                self._stock[line["goodsCode"]] = str(
                    Decimal(self._stock[line["goodsCode"]]) - Decimal(line["num"])
                )
        order["number"] = _new_number()

    def _reverse(self, content: dict[str, Any], tax_number: str) -> dict[str, Any]:
        red_no = str(content.get("billId") or "")
        if not 0 < len(red_no) <= 32 or red_no in self._reds:
            raise Unfit("红字确认单申请号重复")
        blue = next(
            (one for one in self._orders.values() if one["number"] == content.get("blueElecInvoiceNumber")),
            None,
        )
        if blue is None or blue["salerTaxNum"] != tax_number or content.get("redReason") not in _REASONS:
            raise Unfit("对应蓝票不存在")
        if any(one["blue"] == blue["number"] for one in self._reds.values()):
            raise Unfit("该蓝票已开具红字确认单")
        refused = self._script.take(On.REFUND) is Behaviour.REFUSED
        self._reds[red_no] = {
            **blue,
            "orderNo": red_no,
            "blue": blue["number"],
            "reason": content["redReason"],
            "serial": secrets.token_hex(10),
            "due": (self._clock.now() + self._takes).timestamp(),
            "number": "",
            "failure": "购方拒绝" if refused else "",
            "invoiceDetail": [_negative(line) for line in blue["invoiceDetail"]],
        }
        return {**_OK, "result": red_no}

    def _query_red(self, content: dict[str, Any], tax_number: str) -> dict[str, Any]:
        red = self._reds.get(str(content.get("billId")))
        if red is None or red["salerTaxNum"] != tax_number:
            return {**_OK, "result": {"total": 0, "list": []}}
        self._come_of_age(red)
        form = {
            "billId": red["orderNo"],
            "billStatus": "05" if red["failure"] else "01",
            "billMessage": red["failure"],
            "blueElecInvoiceNumber": red["blue"],
            "redReason": red["reason"],
            "redInvoiceNumber": red["number"] or None,
            "invoiceSerialNum": red["serial"] if red["number"] else None,
        }
        return {**_OK, "result": {"total": 1, "list": [form]}}

    def _deliver(self, content: dict[str, Any], tax_number: str) -> dict[str, Any]:
        order = self._orders.get(str(content.get("orderNo")))
        if order is None or order["salerTaxNum"] != tax_number or "@" not in str(content.get("mail")):
            raise Unfit("发票不存在或邮箱错误")
        order.setdefault("delivered", []).append(content["mail"])
        return dict(_OK)

    async def _paper(self, number: str, form: str) -> Response:
        books = [*self._orders.values(), *self._reds.values()]
        order = next((one for one in books if one["number"] == number), None)
        if order is None or form not in ("pdf", "xml"):
            raise HTTPException(404)
        invoice = {
            **order,
            "kind": "电子发票（普通发票）" if order["invoiceLine"] == "pc" else "电子发票（增值税专用发票）",
            "issued": order["invoiceDate"][:10],
            "lines": order["invoiceDetail"],
        }
        body = papers.pdf(invoice) if form == "pdf" else papers.xml(invoice)
        return Response(body, media_type=f"application/{form}")

    async def _ledger(self) -> dict[str, Any]:
        return {
            "invoices": list(self._orders.values()),
            "reds": list(self._reds.values()),
            "stock": self._stock,
        }

    async def _set_stock(self, stock: Stock) -> dict[str, bool]:
        self._stock[stock.tax_code] = str(stock.litres)
        return {"ok": True}

    async def _wish(self, wish: Wish) -> dict[str, bool]:
        self._script.add(wish)
        return {"ok": True}

    async def _clear(self) -> dict[str, bool]:
        self._script.clear()
        self._stock.clear()
        return {"ok": True}


def _negative(line: dict[str, Any]) -> dict[str, Any]:
    """As it stands on a red one: quantity and amounts below zero, the price above."""
    turned: dict[str, Any] = {
        key: str(-Decimal(line[key]))
        for key in ("num", "taxExcludedAmount", "tax", "taxIncludedAmount")
        if key in line
    }
    return {**line, **turned}


def _new_number() -> str:
    return "26" + "".join(secrets.choice("0123456789") for _ in range(18))


def _build(arguments: argparse.Namespace, clock: Clock) -> InvoiceHouse:
    return InvoiceHouse(arguments.keys, clock, state=arguments.state, issue_seconds=1.0)


if __name__ == "__main__":
    run("Simulated invoice house (Nuonuo's wire).", _build)
