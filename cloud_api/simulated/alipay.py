"""Alipay's gateway as its own process: python -m cloud_api.simulated.alipay --keys DIR. Real RSA2, no real money."""

import argparse
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel
from starlette.types import ASGIApp

from cloud_api.clock import Clock
from cloud_api.simulated import pay_page
from cloud_api.simulated.alipay_books import CHINA, AlipayBooks, AlipayError, Refund, Trade, yuan
from cloud_api.simulated.alipay_wire import AlipaySignError, AlipayWire
from cloud_api.simulated.deliveries import Deliveries, Delivery
from cloud_api.simulated.process import (
    DroppedConnection,
    SilentConnection,
    about,
    load_books,
    run,
    save_books,
)
from cloud_api.simulated.script import Behaviour, On, Script, Wish

_NOTIFY_AFTER_SECONDS = (240, 600, 600, 3600, 7200, 21600, 54000)
# Alipay's first wait is four minutes against WeChat's fifteen seconds; a demo wants both equally soon.
_SCALE_BESIDE_WECHAT = 15 / 240


class PaidOutside(BaseModel):
    """POST /control/pay: the payer confirms a trade without the page, or too late."""

    payment_id: str
    even_if_closed: bool = False


class RefundEnd(BaseModel):
    """POST /control/refunds/{refund_id}: how a delayed refund ends."""

    status: str = "REFUND_SUCCESS"


class Alipay:
    """The gateway: /gateway.do, the payer's page, and /control for demo and tests."""

    def __init__(
        self,
        keys: Path,
        clock: Clock,
        *,
        state: Path | None = None,
        retry_scale: float = 0.02,
        payee: str = "油站加油",
    ) -> None:
        self._wire, self._clock, self._state, self._payee = AlipayWire(keys), clock, state, payee
        remembered = load_books(state)
        self._books, self._script = AlipayBooks(remembered), Script()
        self._deliveries = Deliveries(
            self._letter,
            lambda response: response.status_code == 200 and response.text == "success",
            waits=[seconds * retry_scale * _SCALE_BESIDE_WECHAT for seconds in _NOTIFY_AFTER_SECONDS],
            remembered=remembered.get("deliveries", []),
        )
        self._deliveries.changed = self._save
        self._spoilt: dict[str, Behaviour] = {}
        self.app: ASGIApp = self._application()

    async def start(self, _url: str) -> None:
        await self._deliveries.start()

    async def stop(self) -> None:
        await self._deliveries.stop()

    def _application(self) -> FastAPI:
        app = FastAPI(title="Simulated Alipay", docs_url=None, redoc_url=None, openapi_url=None)
        app.add_api_route("/gateway.do", self._gateway, methods=["GET", "POST"])
        app.add_api_route("/payer/{token}", self._payer_chose, methods=["POST"])
        app.add_api_route("/fonts/{name}", pay_page.face, methods=["GET"])
        app.add_api_route("/control/ledger", self._ledger, methods=["GET"])
        app.add_api_route("/control/next", self._wish, methods=["POST"])
        app.add_api_route("/control/clear", self._clear, methods=["POST"])
        app.add_api_route("/control/pay", self._pay_outside, methods=["POST"])
        app.add_api_route("/control/notify/{number}", self._notify_again, methods=["POST"])
        app.add_api_route("/control/refunds/{number}", self._end_refund, methods=["POST"])
        return app

    async def _gateway(self, request: Request) -> Response:
        parameters = dict(parse_qsl(request.url.query, keep_blank_values=True))
        parameters |= dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        method = parameters.get("method", "")
        is_page = method == "alipay.trade.wap.pay"
        behaviour = None if is_page else self._script.take(On.ANSWER, method)
        if behaviour is Behaviour.DROP_BEFORE:
            return DroppedConnection()
        try:
            self._wire.check(parameters)
        except AlipaySignError as error:
            return _error_page(error.sub_message) if is_page else self._refused(error)
        if is_page:
            return self._show_page(parameters)
        content = self._answer(method, parameters, behaviour)
        self._save()
        if behaviour is Behaviour.DROP_AFTER or content.pop("cut", False):
            return DroppedConnection()
        if behaviour is Behaviour.SILENT:
            return SilentConnection()
        return Response(self._wire.answer(method, content, behaviour), media_type="text/html;charset=utf-8")

    def _refused(self, error: AlipaySignError) -> Response:
        content = {
            "code": "40002",
            "msg": "Invalid Arguments",
            "sub_code": error.sub_code,
            "sub_msg": error.sub_message,
        }
        # Alipay does not sign for somebody it could not recognise.
        return Response(
            self._wire.answer("", content, None, signed=False), media_type="text/html;charset=utf-8"
        )

    def _answer(self, method: str, parameters: dict[str, str], behaviour: Behaviour | None) -> dict[str, Any]:
        calls: dict[str, Callable[[dict[str, Any], dict[str, str], datetime], dict[str, Any]]] = {
            "alipay.trade.pay": self._pay_by_code,
            "alipay.trade.precreate": self._precreate,
            "alipay.trade.query": self._query,
            "alipay.trade.cancel": self._cancel,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._refund_query,
        }
        if behaviour is Behaviour.SYSTEM_ERROR:
            return AlipayError(
                "20000", "Service Currently Unavailable", "isp.unknow-error", "系统繁忙"
            ).content
        if method not in calls:
            return _invalid("isv.invalid-method", "不存在的方法名")
        try:
            return calls[method](
                json.loads(parameters.get("biz_content", "{}")), parameters, self._clock.now()
            )
        except AlipayError as error:
            return error.content
        except (json.JSONDecodeError, AttributeError):
            return _invalid("isv.invalid-parameter", "参数无效")

    def _pay_by_code(self, content: dict[str, Any], _: dict[str, str], now: datetime) -> dict[str, Any]:
        trade = self._books.pay_by_code(content, now)
        cut = {"cut": True} if trade.ending == "04" else {}
        return _ok(trade, **_paid_fields(trade), **cut)

    def _precreate(
        self, content: dict[str, Any], parameters: dict[str, str], now: datetime
    ) -> dict[str, Any]:
        trade = self._books.precreate(content, parameters, now)
        return _success(out_trade_no=trade.out_trade_no, qr_code=f"https://qr.alipay.com/{trade.token[:16]}")

    def _query(self, content: dict[str, Any], _: dict[str, str], now: datetime) -> dict[str, Any]:
        trade = self._books.query(content, now)
        return _ok(trade, trade_status=trade.status, **_paid_fields(trade))

    def _cancel(self, content: dict[str, Any], _: dict[str, str], __: datetime) -> dict[str, Any]:
        number, action = self._books.cancel(content)
        return _success(out_trade_no=number, retry_flag="N", **({"action": action} if action else {}))

    def _close(self, content: dict[str, Any], _: dict[str, str], __: datetime) -> dict[str, Any]:
        return _ok(self._books.close(content))

    def _refund(self, content: dict[str, Any], _: dict[str, str], now: datetime) -> dict[str, Any]:
        trade, refund, moved = self._books.refund(content)
        if moved:
            behaviour = self._script.take(On.REFUND)
            if behaviour in (Behaviour.DELAYED, Behaviour.ABNORMAL):
                refund.status = "REFUND_PROCESSING" if behaviour is Behaviour.DELAYED else "REFUND_FAIL"
            else:
                self._tell_refund(trade, refund)
        change = "Y" if moved and refund.status == "REFUND_SUCCESS" else "N"
        return _ok(trade, refund_fee=yuan(trade.refunded), fund_change=change, gmt_refund_pay=_china(now))

    def _refund_query(self, content: dict[str, Any], _: dict[str, str], __: datetime) -> dict[str, Any]:
        refund = self._books.find_refund(content)
        if refund is None:
            return _success()
        trade = self._books.trades[refund.out_trade_no]
        fields = {"out_request_no": refund.out_request_no, "total_amount": yuan(trade.total)}
        return _ok(trade, refund_amount=yuan(refund.amount), refund_status=refund.status, **fields)

    def _fields(self, trade: Trade) -> dict[str, str]:
        return {
            "notify_type": "trade_status_sync",
            "notify_id": secrets.token_hex(17),
            "notify_time": _china(self._clock.now()),
            "charset": "utf-8",
            "version": "1.0",
            "app_id": self._wire.merchant.app_id,
            "auth_app_id": self._wire.merchant.app_id,
            "seller_id": self._wire.merchant.seller_id,
            "trade_no": trade.trade_no,
            "out_trade_no": trade.out_trade_no,
            "trade_status": "TRADE_SUCCESS" if trade.charged else trade.status,
            "subject": trade.subject,
            "total_amount": yuan(trade.total),
            "receipt_amount": yuan(trade.charged),
            "buyer_pay_amount": yuan(trade.charged),
            "gmt_create": trade.created_at,
            "gmt_payment": trade.paid_at,
            "buyer_id": "2088102175953034",
        }

    def _tell_paid(self, trade: Trade) -> None:
        self._tell(trade, "trade_paid", trade.out_trade_no, self._fields(trade))

    def _tell_refund(self, trade: Trade, refund: Refund) -> None:
        refund.told = True
        more = {
            "refund_fee": yuan(trade.refunded),
            "out_biz_no": refund.out_request_no,
            "gmt_refund": _china(self._clock.now()),
            "trade_status": trade.status,
        }
        self._tell(trade, "trade_refunded", refund.out_request_no, self._fields(trade) | more)

    def _tell(self, trade: Trade, kind: str, about: str, fields: dict[str, str]) -> None:
        if not trade.notify_url:
            return
        behaviour = self._script.take(On.NOTIFICATION)
        if behaviour is Behaviour.WITHHELD:
            return
        if behaviour is Behaviour.WRONG_AMOUNT:
            fields = fields | {"total_amount": yuan(trade.total - 1)}
        if behaviour is Behaviour.WRONG_MERCHANT:
            fields = fields | {"app_id": "2021000000000000"}
        delivery = Delivery(fields["notify_id"], kind, about, trade.notify_url, dict(fields), [])
        if behaviour in (Behaviour.BAD_SIGNATURE, Behaviour.NO_SIGNATURE, Behaviour.PROBE):
            # The first try alone is spoilt; the next one, by the schedule, is as it should be.
            self._spoilt[delivery.event_id] = behaviour
        self._deliveries.send(delivery, copies=2 if behaviour is Behaviour.DUPLICATE else 1)

    def _letter(self, delivery: Delivery) -> tuple[Mapping[str, str], bytes]:
        spoilt = self._spoilt.pop(delivery.event_id, None)
        behaviour = Behaviour.BAD_SIGNATURE if spoilt is Behaviour.PROBE else spoilt
        form = self._wire.notification(delivery.content, behaviour)
        return {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, urlencode(form).encode()

    def _show_page(self, parameters: dict[str, str]) -> Response:
        try:
            content = json.loads(parameters.get("biz_content", "{}"))
            trade = self._books.open_page(content, parameters, self._clock.now())
        except AlipayError as error:
            return _error_page(error.content.get("sub_msg", ""))
        except json.JSONDecodeError:
            return _error_page("参数无效")
        self._save()
        if trade.status != "WAIT_BUYER_PAY":
            return HTMLResponse(self._how_it_stands(trade))
        return HTMLResponse(
            pay_page.ask(
                pay_page.ALIPAY,
                action=f"/payer/{trade.token}",
                payee=self._payee,
                amount_fen=trade.total,
                description=trade.subject,
                number=trade.out_trade_no,
                return_url=trade.return_url,
            )
        )

    async def _payer_chose(self, token: str, request: Request) -> Response:
        trade = self._books.by_token(token)
        if trade is None:
            raise HTTPException(404)
        form = pay_page.form_fields(await request.body())
        back = pay_page.safe_return(trade.return_url)
        if form.get("choice") != "pay":
            return RedirectResponse(back, 303) if back else HTMLResponse(self._how_it_stands(trade))
        try:
            self._books.pay(trade.out_trade_no, self._clock.now())
        except AlipayError:
            return HTMLResponse(self._how_it_stands(trade))
        self._save()
        self._tell_paid(trade)
        return (
            RedirectResponse(self._return_address(trade, back), 303)
            if back
            else HTMLResponse(self._how_it_stands(trade))
        )

    def _return_address(self, trade: Trade, back: str) -> str:
        """Alipay hangs signed facts onto the return address, before its fragment; they prove nothing to the merchant."""
        fields = {
            "method": "alipay.trade.wap.pay.return",
            "app_id": self._wire.merchant.app_id,
            "out_trade_no": trade.out_trade_no,
            "trade_no": trade.trade_no,
            "total_amount": yuan(trade.total),
            "timestamp": _china(self._clock.now()),
        }
        address, hash_mark, fragment = back.partition("#")
        query = urlencode(self._wire.signed_return(fields))
        return f"{address}{'&' if '?' in address else '?'}{query}{hash_mark}{fragment}"

    def _how_it_stands(self, trade: Trade) -> str:
        back = pay_page.safe_return(trade.return_url)
        if trade.charged:
            return pay_page.tell(
                pay_page.ALIPAY, mark="✓", title="付款成功", hint=f"￥{yuan(trade.charged)}", return_url=back
            )
        title = "尚未付款" if trade.status == "WAIT_BUYER_PAY" else "交易已关闭"
        return pay_page.tell(
            pay_page.ALIPAY, mark="!", title=title, hint="请回到商家重新下单", return_url=back
        )

    async def _ledger(self, payment_id: str = "") -> dict[str, Any]:
        return about(self._books.ledger() | {"notifications": self._deliveries.remembered()}, payment_id)

    async def _wish(self, wish: Wish) -> dict[str, bool]:
        self._script.add(wish)
        return {"ok": True}

    async def _clear(self) -> dict[str, bool]:
        self._script.clear()
        return {"ok": True}

    async def _pay_outside(self, paid: PaidOutside) -> dict[str, Any]:
        try:
            trade = self._books.pay(paid.payment_id, self._clock.now(), even_if_closed=paid.even_if_closed)
        except AlipayError as error:
            raise HTTPException(409, error.content["sub_msg"]) from error
        self._save()
        self._tell_paid(trade)
        return {"out_trade_no": trade.out_trade_no, "trade_status": trade.status}

    async def _notify_again(self, number: str) -> dict[str, bool]:
        """Tells the merchant once more of a payment, as a new notification."""
        self._tell_paid(self._books.trades[number])
        return {"ok": True}

    async def _end_refund(self, number: str, end: RefundEnd) -> dict[str, bool]:
        for refund in self._books.refunds.values():
            if refund.out_request_no == number:
                refund.status = end.status
                if end.status == "REFUND_SUCCESS":
                    self._tell_refund(self._books.trades[refund.out_trade_no], refund)
        self._save()
        return {"ok": True}

    def _save(self) -> None:
        save_books(self._state, self._books.remembered() | {"deliveries": self._deliveries.remembered()})


def _invalid(sub_code: str, sub_message: str) -> dict[str, Any]:
    return {"code": "40002", "msg": "Invalid Arguments", "sub_code": sub_code, "sub_msg": sub_message}


def _success(**more: Any) -> dict[str, Any]:
    return {"code": "10000", "msg": "Success"} | more


def _ok(trade: Trade, **more: Any) -> dict[str, Any]:
    return (
        _success(out_trade_no=trade.out_trade_no, trade_no=trade.trade_no, total_amount=yuan(trade.total))
        | more
    )


def _paid_fields(trade: Trade) -> dict[str, Any]:
    if not trade.charged:
        return {}
    return {
        "receipt_amount": yuan(trade.charged),
        "buyer_pay_amount": yuan(trade.charged),
        "buyer_logon_id": "159****5620",
        "gmt_payment": trade.paid_at,
        "send_pay_date": trade.paid_at,
        "fund_bill_list": [{"fund_channel": "ALIPAYACCOUNT", "amount": yuan(trade.charged)}],
    }


def _error_page(why: str) -> HTMLResponse:
    return HTMLResponse(pay_page.tell(pay_page.ALIPAY, mark="!", title="无法付款", hint=why), 400)


def _china(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _build(arguments: argparse.Namespace, clock: Clock) -> Alipay:
    return Alipay(arguments.keys, clock, state=arguments.state, retry_scale=arguments.retry_scale)


if __name__ == "__main__":
    run("Simulated Alipay gateway.", _build)
