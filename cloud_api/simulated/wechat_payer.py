"""The payer's page of WeChat Pay, in a browser."""

from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from cloud_api.clock import Clock
from cloud_api.simulated import pay_page
from cloud_api.simulated.wechat_books import WechatBooks
from cloud_api.simulated.wechat_entries import Transaction, WechatError
from cloud_api.simulated.wechat_telling import WechatTelling

_PAGE_LIVES = timedelta(minutes=5)


class WechatPayer:
    """Shows what is to be paid, and does what the payer chooses."""

    def __init__(
        self,
        books: WechatBooks,
        clock: Clock,
        telling: WechatTelling,
        save: Callable[[], None],
        payee: str,
    ) -> None:
        self._books, self._clock, self._telling, self._save, self._payee = books, clock, telling, save, payee

    def add_routes(self, app: FastAPI) -> None:
        app.add_api_route("/cgi-bin/mmpayweb-bin/checkmweb", self.show_page, methods=["GET"])
        app.add_api_route("/scan", self.scan, methods=["GET"])
        app.add_api_route("/payer/{prepay_id}", self._payer_chose, methods=["POST"])
        app.add_api_route("/fonts/{name}", pay_page.face, methods=["GET"])

    async def show_page(self, prepay_id: str, redirect_url: str = "") -> HTMLResponse:
        transaction = self._books.by_prepay_id(prepay_id)
        back = pay_page.safe_return(redirect_url)
        if transaction is None:
            return HTMLResponse(
                pay_page.tell(pay_page.WECHAT, mark="!", title="订单不存在", hint="请回到商家重新下单"), 404
            )
        too_late = self._clock.now() - datetime.fromisoformat(transaction.created_at) > _PAGE_LIVES
        if transaction.state != "NOTPAY" or too_late:
            return HTMLResponse(_how_it_stands(transaction, back))
        return HTMLResponse(
            pay_page.ask(
                pay_page.WECHAT,
                action=f"/payer/{prepay_id}",
                payee=self._payee,
                amount_fen=transaction.total,
                description=transaction.description,
                number=transaction.out_trade_no,
                return_url=back,
            )
        )

    async def scan(self, code: str) -> HTMLResponse:
        """The payer's phone has read a QR code from a display: what it says is the order's own address."""
        asked = code.partition("?pr=")[2]
        found = self._books.by_code(asked) if code.startswith("weixin://wxpay/bizpayurl?pr=") else None
        return await self.show_page("" if found is None else found.prepay_id)

    async def _payer_chose(self, prepay_id: str, request: Request) -> Response:
        transaction = self._books.by_prepay_id(prepay_id)
        if transaction is None:
            raise HTTPException(404)
        form = pay_page.form_fields(await request.body())
        back = pay_page.safe_return(form.get("return_url", ""))
        if form.get("choice") == "pay":
            try:
                self._books.pay(transaction.out_trade_no, self._clock.now())
            except WechatError:
                return HTMLResponse(_how_it_stands(transaction, back))
            self._save()
            self._telling.paid(transaction)
        if back:
            return RedirectResponse(back, 303)
        return HTMLResponse(_how_it_stands(transaction, back))


def _how_it_stands(transaction: Transaction, back: str) -> str:
    if transaction.is_paid:
        hint = f"￥{pay_page.yuan(transaction.charged)}"
        return pay_page.tell(pay_page.WECHAT, mark="✓", title="支付成功", hint=hint, return_url=back)
    if transaction.state == "NOTPAY":
        return pay_page.tell(
            pay_page.WECHAT, mark="!", title="尚未支付", hint="请回到商家重新打开支付页面", return_url=back
        )
    return pay_page.tell(
        pay_page.WECHAT, mark="!", title="订单已关闭", hint="请回到商家重新下单", return_url=back
    )
