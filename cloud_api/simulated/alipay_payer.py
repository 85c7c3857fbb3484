"""The payer's page of Alipay, in a browser."""

import json
from collections.abc import Callable
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud_api.clock import Clock
from cloud_api.simulated import pay_page
from cloud_api.simulated.alipay_books import AlipayBooks
from cloud_api.simulated.alipay_entries import AlipayError, Trade, china_time, yuan
from cloud_api.simulated.alipay_telling import AlipayTelling
from cloud_api.simulated.alipay_wire import AlipayWire


class AlipayPayer:
    """Shows what is to be paid, and does what the payer chooses."""

    def __init__(
        self,
        books: AlipayBooks,
        clock: Clock,
        telling: AlipayTelling,
        *,
        save: Callable[[], None],
        payee: str,
        wire: AlipayWire,
    ) -> None:
        self._books, self._clock, self._telling, self._save, self._payee = books, clock, telling, save, payee
        self._wire = wire

    def add_routes(self, app: FastAPI) -> None:
        app.add_api_route("/scan", self.scan, methods=["GET"])
        app.add_api_route("/payer/{token}", self._payer_chose, methods=["POST"])
        app.add_api_route("/fonts/{name}", pay_page.face, methods=["GET"])

    def show_page(self, parameters: dict[str, str]) -> Response:
        try:
            content = json.loads(parameters.get("biz_content", "{}"))
            trade = self._books.open_page(content, parameters, self._clock.now())
        except AlipayError as error:
            return error_page(error.content.get("sub_msg", ""))
        except json.JSONDecodeError:
            return error_page("参数无效")
        self._save()
        return self._page(trade)

    async def scan(self, code: str) -> Response:
        """The payer's phone has read a QR code from a display; only now the trade begins."""
        trade = self._books.scanned(code.removeprefix("https://qr.alipay.com/"), self._clock.now())
        if trade is None:
            return error_page("二维码已失效")
        self._save()
        return self._page(trade)

    def _page(self, trade: Trade) -> Response:
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
        self._telling.paid(trade)
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
            "timestamp": china_time(self._clock.now()),
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


def error_page(why: str) -> HTMLResponse:
    return HTMLResponse(pay_page.tell(pay_page.ALIPAY, mark="!", title="无法付款", hint=why), 400)
