"""Alipay's gateway as its own process: python -m cloud_api.simulated.alipay --keys DIR. Real RSA2, no real money."""

import argparse
import json
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp

from cloud_api.clock import Clock
from cloud_api.simulated import alipay_bill
from cloud_api.simulated.alipay_books import AlipayBooks
from cloud_api.simulated.alipay_control import AlipayControl
from cloud_api.simulated.alipay_entries import AlipayError, Trade, business_failed, china_time, yuan
from cloud_api.simulated.alipay_payer import AlipayPayer, error_page
from cloud_api.simulated.alipay_telling import AlipayTelling
from cloud_api.simulated.alipay_wire import AlipaySignError, AlipayWire
from cloud_api.simulated.process import (
    DroppedConnection,
    SilentConnection,
    load_books,
    run,
    save_books,
)
from cloud_api.simulated.script import Behaviour, On, Script

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_BILL_LIVES = timedelta(seconds=30)


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
        self._wire, self._clock, self._state = AlipayWire(keys), clock, state
        remembered = load_books(state)
        self._books, self._script = AlipayBooks(remembered), Script()
        self._url, self._bills = "", dict[str, tuple[datetime, bytes]]()
        self._telling = AlipayTelling(
            self._wire,
            clock,
            self._script,
            retry_scale=retry_scale,
            remembered=remembered.get("deliveries", []),
            save=self._save,
        )
        self._payer = AlipayPayer(
            self._books, clock, self._telling, save=self._save, payee=payee, wire=self._wire
        )
        self._control = AlipayControl(self._books, clock, self._telling, self._script, self._save)
        self.app: ASGIApp = self._application()

    async def start(self, url: str) -> None:
        self._url = url
        await self._telling.start()

    async def stop(self) -> None:
        await self._telling.stop()

    def _application(self) -> FastAPI:
        app = FastAPI(title="Simulated Alipay", docs_url=None, redoc_url=None, openapi_url=None)
        app.add_api_route("/gateway.do", self._gateway, methods=["GET", "POST"])
        app.add_api_route("/bills", self._download, methods=["GET"])
        self._payer.add_routes(app)
        self._control.add_routes(app)
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
            return error_page(error.sub_message) if is_page else self._refused(error)
        if is_page:
            return self._payer.show_page(parameters)
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
            "alipay.trade.create": self._create,
            "alipay.trade.query": self._query,
            "alipay.trade.cancel": self._cancel,
            "alipay.trade.close": self._close,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._refund_query,
            "alipay.data.dataservice.bill.downloadurl.query": self._bill,
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

    def _create(self, content: dict[str, Any], parameters: dict[str, str], now: datetime) -> dict[str, Any]:
        trade = self._books.create(content, parameters, now)
        return _success(out_trade_no=trade.out_trade_no, trade_no=trade.trade_no)

    def _query(self, content: dict[str, Any], _: dict[str, str], now: datetime) -> dict[str, Any]:
        trade = self._books.query(content, now)
        return _ok(trade, trade_status=trade.status, **_paid_fields(trade))

    def _cancel(self, content: dict[str, Any], _: dict[str, str], now: datetime) -> dict[str, Any]:
        number, action = self._books.cancel(content, now)
        return _success(out_trade_no=number, retry_flag="N", **({"action": action} if action else {}))

    def _close(self, content: dict[str, Any], _: dict[str, str], __: datetime) -> dict[str, Any]:
        return _ok(self._books.close(content))

    def _refund(self, content: dict[str, Any], _: dict[str, str], now: datetime) -> dict[str, Any]:
        behaviour = self._script.take(On.REFUND) if self._books.find_refund(content) is None else None
        if behaviour is Behaviour.REFUSED:
            raise business_failed("TRADE_NOT_ALLOW_REFUND", "当前交易不允许退款")
        trade, refund, moved = self._books.refund(content, now)
        if moved:
            if behaviour in (Behaviour.DELAYED, Behaviour.ABNORMAL):
                refund.status = "REFUND_PROCESSING" if behaviour is Behaviour.DELAYED else "REFUND_FAIL"
            else:
                self._telling.refunded(trade, refund)
        change = "Y" if moved and refund.status == "REFUND_SUCCESS" else "N"
        return _ok(trade, refund_fee=yuan(trade.refunded), fund_change=change, gmt_refund_pay=china_time(now))

    def _refund_query(self, content: dict[str, Any], _: dict[str, str], __: datetime) -> dict[str, Any]:
        refund = self._books.find_refund(content)
        if refund is None:
            return _success()
        trade = self._books.trades[refund.out_trade_no]
        fields = {"out_request_no": refund.out_request_no, "total_amount": yuan(trade.total)}
        return _ok(trade, refund_amount=yuan(refund.amount), refund_status=refund.status, **fields)

    def _bill(self, content: dict[str, Any], _: dict[str, str], now: datetime) -> dict[str, Any]:
        day = str(content.get("bill_date", ""))
        behaviour = self._script.take(On.BILL)
        if content.get("bill_type") not in ("trade", "signcustomer") or _DAY.fullmatch(day) is None:
            return _invalid("isv.invalid-parameter", "参数无效")
        account = self._wire.merchant.seller_id
        bill = alipay_bill.write(self._books, day, account=account, behaviour=behaviour)
        if bill is None or day >= china_time(now)[:10] or behaviour is Behaviour.NOT_YET:
            code = "isp.bill_not_exist" if behaviour is not Behaviour.NOT_YET else "isp.unknow-error"
            return AlipayError("40004", "Business Failed", code, "账单不存在").content
        token = secrets.token_urlsafe(16)
        self._bills[token] = (now, bill)
        return _success(bill_download_url=f"{self._url}/bills?downloadFileName={day}.csv.zip&token={token}")

    async def _download(self, token: str) -> Response:
        made_at, bill = self._bills.get(token, (None, b""))
        if made_at is None or self._clock.now() - made_at > _BILL_LIVES:
            return Response("下载链接已失效", 403)
        return Response(bill, media_type="application/zip")

    def _save(self) -> None:
        save_books(self._state, self._books.remembered() | {"deliveries": self._telling.remembered()})


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


def _build(arguments: argparse.Namespace, clock: Clock) -> Alipay:
    return Alipay(arguments.keys, clock, state=arguments.state, retry_scale=arguments.retry_scale)


if __name__ == "__main__":
    run("Simulated Alipay gateway.", _build)
