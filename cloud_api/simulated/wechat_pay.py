"""WeChat Pay v3 as its own process: python -m cloud_api.simulated.wechat_pay --keys DIR. Real RSA and AES, no real money."""

import argparse
import asyncio
import gzip
import hashlib
import json
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp

from cloud_api.clock import Clock
from cloud_api.simulated import wechat_bill
from cloud_api.simulated.process import (
    DroppedConnection,
    SilentConnection,
    load_books,
    run,
    save_books,
)
from cloud_api.simulated.script import Behaviour, On, Script
from cloud_api.simulated.wechat_books import WechatBooks
from cloud_api.simulated.wechat_control import WechatControl
from cloud_api.simulated.wechat_entries import Refund, WechatError, china_time
from cloud_api.simulated.wechat_payer import WechatPayer
from cloud_api.simulated.wechat_telling import WechatTelling
from cloud_api.simulated.wechat_wire import SignError, WechatWire

_NO = "(?P<no>[0-9A-Za-z_|*@-]+)"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_BILL_LIVES = timedelta(minutes=5)
_Answer = tuple[int, dict[str, Any] | None]


class WechatPay:
    """The gateway: its API under /v3, the payer's page, and /control for demo and tests."""

    def __init__(
        self,
        keys: Path,
        clock: Clock,
        *,
        state: Path | None = None,
        retry_scale: float = 0.02,
        refund_seconds: float = 1.0,
        payee: str = "油站加油",
    ) -> None:
        self._wire, self._clock, self._state = WechatWire(keys), clock, state
        remembered = load_books(state)
        self._books = WechatBooks(self._wire.merchant.mchid, self._wire.merchant.appid, remembered)
        self._refund_seconds, self._script, self._url = refund_seconds, Script(), ""
        self._bills: dict[str, tuple[datetime, bytes]] = {}
        self._telling = WechatTelling(
            self._wire,
            clock,
            self._books,
            self._script,
            retry_scale=retry_scale,
            remembered=remembered.get("deliveries", []),
            save=self._save,
        )
        self._payer = WechatPayer(self._books, clock, self._telling, self._save, payee)
        self._control = WechatControl(self._books, clock, self._telling, self._script, self._save)
        self.app: ASGIApp = self._application()

    async def start(self, url: str) -> None:
        self._url = url
        await self._telling.start()
        for refund in self._books.refunds.values():
            if refund.status == "PROCESSING":
                self._telling.run(self._finish_later(refund))

    async def stop(self) -> None:
        await self._telling.stop()

    def _application(self) -> FastAPI:
        app = FastAPI(title="Simulated WeChat Pay", docs_url=None, redoc_url=None, openapi_url=None)
        app.add_api_route("/v3/{rest:path}", self._api, methods=["GET", "POST"])
        self._payer.add_routes(app)
        self._control.add_routes(app)
        return app

    async def _api(self, request: Request) -> Response:
        body = await request.body()
        query: bytes = request.scope["query_string"]
        target = request.scope["raw_path"].decode("ascii") + (f"?{query.decode('ascii')}" if query else "")
        now, behaviour = self._clock.now(), self._script.take(On.ANSWER, request.url.path)
        if behaviour is Behaviour.DROP_BEFORE:
            return DroppedConnection()
        try:
            self._wire.check(
                request.headers.get("Authorization", ""),
                request.headers.get("Wechatpay-Serial"),
                method=request.method,
                target=target,
                body=body,
                now=now,
            )
        except SignError as error:
            return Response(
                _json({"code": "SIGN_ERROR", "message": str(error)}), 401, media_type="application/json"
            )
        if request.url.path == "/v3/billdownload/file":
            return self._download(query.decode(), now)
        status, answer, cut = self._answer(request, body, query.decode(), behaviour, now)
        self._save()
        if cut or behaviour is Behaviour.DROP_AFTER:
            return DroppedConnection()
        if behaviour is Behaviour.SILENT:
            return SilentConnection()
        content = b"" if answer is None else _json(answer)
        headers = self._wire.signed_headers(content, now, behaviour)
        return Response(content, status, headers | {"Request-ID": secrets.token_hex(16)}, "application/json")

    def _answer(
        self, request: Request, body: bytes, query: str, behaviour: Behaviour | None, now: datetime
    ) -> tuple[int, dict[str, Any] | None, bool]:
        """Status, body, and whether the connection is cut instead of answering."""
        if behaviour is Behaviour.SYSTEM_ERROR:
            return 500, {"code": "SYSTEM_ERROR", "message": "系统异常，请稍后重试"}, False
        try:
            content = json.loads(body) if body else {}
            call, number = self._call_for(request.method, request.url.path)
            if call in (self._query, self._query_by_id):
                self._check_query(query)
            if call == self._bill:
                content = {name: values[-1] for name, values in parse_qs(query).items()}
            status, answer = call(number, content, now)
        except WechatError as error:
            return error.status, {"code": error.code, "message": error.message}, False
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            return 400, {"code": "PARAM_ERROR", "message": f"参数错误 {error}"}, False
        cut = (
            request.url.path.endswith("/codepay")
            and self._books.transactions[number_of(content)].ending == "04"
        )
        return status, answer, cut

    def _call_for(
        self, method: str, path: str
    ) -> tuple[Callable[[str, dict[str, Any], datetime], _Answer], str]:
        transactions = "/v3/pay/transactions"
        for wanted, pattern, call in (
            ("POST", f"{transactions}/(?P<no>jsapi|native|h5)", self._prepay),
            ("POST", f"{transactions}/codepay(?P<no>)", self._pay_by_code),
            ("GET", f"{transactions}/out-trade-no/{_NO}", self._query),
            ("GET", f"{transactions}/id/{_NO}", self._query_by_id),
            ("POST", f"{transactions}/out-trade-no/{_NO}/close", self._close),
            ("POST", f"{transactions}/out-trade-no/{_NO}/reverse", self._reverse),
            ("POST", "/v3/refund/domestic/refunds(?P<no>)", self._refund),
            ("GET", f"/v3/refund/domestic/refunds/{_NO}", self._query_refund),
            ("GET", "/v3/bill/tradebill(?P<no>)", self._bill),
        ):
            found = re.fullmatch(pattern, path)
            if found is not None and wanted == method:
                return call, found["no"]
        raise WechatError(404, "RESOURCE_NOT_EXISTS", "接口不存在")

    def _check_query(self, query: str) -> None:
        if parse_qs(query).get("mchid") != [self._wire.merchant.mchid]:
            raise WechatError(400, "PARAM_ERROR", "缺少 mchid")

    def _prepay(self, kind: str, body: dict[str, Any], now: datetime) -> _Answer:
        transaction = self._books.prepay(kind, body, _fingerprint(body), now)
        if kind == "jsapi":
            return 200, {"prepay_id": transaction.prepay_id}
        if kind == "native":
            return 200, {"code_url": f"weixin://wxpay/bizpayurl?pr={transaction.prepay_id[-12:]}"}
        page = f"{self._url}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id={transaction.prepay_id}"
        return 200, {"h5_url": f"{page}&package={secrets.randbelow(10**10)}"}

    def _pay_by_code(self, _: str, body: dict[str, Any], now: datetime) -> _Answer:
        transaction = self._books.pay_by_code(body, _fingerprint(body), now)
        if transaction.state == "USERPAYING":
            # Both ways of saying it are in the documentation; a client must know both.
            if transaction.ending == "03":
                return 202, {"code": "USERPAYING", "message": "用户支付中，需要输入密码"}
            return 200, {"trade_state": "USERPAYING"}
        return 200, self._books.as_answer(transaction)

    def _query(self, number: str, _: dict[str, Any], now: datetime) -> _Answer:
        return 200, self._books.as_answer(self._books.query(number, now))

    def _query_by_id(self, number: str, _: dict[str, Any], __: datetime) -> _Answer:
        return 200, self._books.as_answer(self._books.by_transaction_id(number))

    def _close(self, number: str, body: dict[str, Any], _: datetime) -> _Answer:
        if body.get("mchid") != self._wire.merchant.mchid:
            raise WechatError(400, "PARAM_ERROR", "缺少 mchid")
        self._books.close(number)
        return 204, None

    def _reverse(self, number: str, body: dict[str, Any], now: datetime) -> _Answer:
        if body.get("mchid") != self._wire.merchant.mchid or body.get("appid") != self._wire.merchant.appid:
            raise WechatError(400, "PARAM_ERROR", "缺少 appid 或 mchid")
        self._books.reverse(number, now)
        merchant = self._wire.merchant
        return 200, {"appid": merchant.appid, "mchid": merchant.mchid, "out_trade_no": number}

    def _refund(self, _: str, body: dict[str, Any], now: datetime) -> _Answer:
        known = body.get("out_refund_no") in self._books.refunds
        behaviour = None if known else self._script.take(On.REFUND)
        if behaviour is Behaviour.REFUSED:
            raise WechatError(403, "USER_ACCOUNT_ABNORMAL", "用户账户异常或已注销")
        refund = self._books.refund(body, _fingerprint(body), now)
        if not known:
            if behaviour is Behaviour.ABNORMAL:
                self._books.finish_refund(refund.out_refund_no, "ABNORMAL", now)
                self._telling.refunded(refund)
            elif behaviour is not Behaviour.DELAYED:
                self._telling.run(self._finish_later(refund))
        return 200, self._books.refund_as_answer(refund)

    def _query_refund(self, number: str, _: dict[str, Any], __: datetime) -> _Answer:
        return 200, self._books.refund_as_answer(self._books.known_refund(number))

    def _bill(self, _: str, asked: dict[str, Any], now: datetime) -> _Answer:
        day, behaviour = str(asked.get("bill_date", "")), self._script.take(On.BILL)
        if _DAY.fullmatch(day) is None or asked.get("bill_type", "ALL") != "ALL":
            raise WechatError(400, "PARAM_ERROR", "bill_date 应为 yyyy-MM-dd")
        merchant = self._wire.merchant
        bill = wechat_bill.write(
            self._books, day, appid=merchant.appid, mchid=merchant.mchid, behaviour=behaviour
        )
        if behaviour is Behaviour.NOT_YET or day >= china_time(now)[:10]:
            raise WechatError(400, "STATEMENT_CREATING", "账单生成中")
        if bill is None:
            raise WechatError(400, "NO_STATEMENT_EXIST", "账单文件不存在")
        digest = hashlib.sha1(bill, usedforsecurity=False).hexdigest()
        if behaviour is Behaviour.WRONG_DIGEST:
            digest = digest[::-1]
        token = secrets.token_urlsafe(16)
        is_packed = asked.get("tar_type") == "GZIP"
        self._bills[token] = (now, gzip.compress(bill) if is_packed else bill)
        address = f"{self._url}/v3/billdownload/file?token={token}"
        return 200, {"hash_type": "SHA1", "hash_value": digest, "download_url": address}

    def _download(self, query: str, now: datetime) -> Response:
        """The one answer that is not signed; its address lives for five minutes."""
        made_at, bill = self._bills.get("".join(parse_qs(query).get("token", [])), (None, b""))
        if made_at is None or now - made_at > _BILL_LIVES:
            return Response(_json({"code": "NO_STATEMENT_EXIST", "message": "下载链接已失效"}), 400)
        return Response(bill, media_type="application/octet-stream")

    async def _finish_later(self, refund: Refund) -> None:
        await asyncio.sleep(self._refund_seconds)
        self._books.finish_refund(refund.out_refund_no, "SUCCESS", self._clock.now())
        self._save()
        self._telling.refunded(refund)

    def _save(self) -> None:
        save_books(self._state, self._books.remembered() | {"deliveries": self._telling.remembered()})


def number_of(body: dict[str, Any]) -> str:
    return str(body["out_trade_no"])


def _fingerprint(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, ensure_ascii=False)


def _json(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _build(arguments: argparse.Namespace, clock: Clock) -> WechatPay:
    return WechatPay(
        arguments.keys,
        clock,
        state=arguments.state,
        retry_scale=arguments.retry_scale,
        refund_seconds=arguments.refund_seconds,
    )


if __name__ == "__main__":
    run("Simulated WeChat Pay v3.", _build)
