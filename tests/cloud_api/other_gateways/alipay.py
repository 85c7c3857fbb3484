"""Alipay's open gateway, written from its published pages and strict about them: its own ledger is the truth of a test."""

import base64
import io
import json
import re
import secrets
import threading
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from tests.cloud_api.other_gateways.line import CHINA, Answer, Asked, Clock, Telling, Weather, in_china, yuan

APP_ID, SELLER_ID = "2014072300007148", "2088102146225135"
_PAUSES = (240, 600, 600, 3600, 7200, 21600, 54000)
_YUAN = re.compile(r"\d{1,9}\.\d{2}")
_NUMBER = re.compile(r"[0-9A-Za-z_]{1,64}")
_PUBLIC = {
    "app_id",
    "method",
    "format",
    "charset",
    "sign_type",
    "sign",
    "timestamp",
    "version",
    "biz_content",
}
_BILL = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"


class No(Exception):
    """A business failure of the tables of errors."""

    def __init__(self, sub_code: str, code: str = "40004") -> None:
        super().__init__(sub_code)
        self.code, self.sub_code = code, sub_code


@dataclass(slots=True)
class Refund:
    number: str
    fen: int
    at: datetime


@dataclass(slots=True)
class Trade:
    number: str
    kind: str
    fen: int
    asked: dict[str, str]
    notify_url: str
    began: datetime
    trade_no: str
    status: str = ""  # nothing until somebody scans or opens it
    paid_at: datetime | None = None
    closed: bool = False
    refunds: list[Refund] = field(default_factory=list)

    @property
    def kept_fen(self) -> int:
        return 0 if self.paid_at is None else self.fen - sum(one.fen for one in self.refunds)


class AlipayGateway:
    """One merchant's application. `offences` is what the pages forbid and the merchant did all the same."""

    def __init__(self, clock: Clock, weather: Weather, merchant: RSAPublicKey, own: RSAPrivateKey) -> None:
        self._clock, self.weather, self._merchant, self._own = clock, weather, merchant, own
        self.url = ""
        self.trades: dict[str, Trade] = {}
        self.told: list[Telling] = []
        self.offences: list[str] = []
        self._codes: set[str] = set()
        self._bills: dict[str, tuple[datetime, bytes]] = {}
        self._lock = threading.RLock()

    # --- what a payer does ---

    def open(self, address: str) -> None:
        """The payer's browser follows the signed address to the cashier's page; there the trade comes into being."""
        with self._lock:
            self._check(dict(parse_qsl(urlsplit(address).query, keep_blank_values=True)), is_page=True)

    def pay(self, number: str) -> bool:
        """The payer scans or confirms. False where he cannot."""
        with self._lock:
            trade = self.trades.get(number)
            if trade is None or trade.kind == "pay" or trade.closed or trade.paid_at is not None:
                return False
            if self._clock.now() >= self._ends(trade):
                return False
            self._paid(trade)
            self._tell_later(trade.number, is_refund=False)
            return True

    @staticmethod
    def _ends(trade: Trade) -> datetime:
        return datetime.strptime(trade.asked["time_expire"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)

    def _paid(self, trade: Trade) -> None:
        trade.status, trade.paid_at = "TRADE_SUCCESS", self._clock.now()

    # --- what the merchant is told ---

    def _tell_later(self, about: str, *, is_refund: bool) -> None:
        self.told.append(Telling(about, is_refund, self._clock.now(), secrets.token_hex(17)))

    def tell(self, client: httpx.Client, *, only_due: bool = True) -> None:
        """Tells what is due, in any order, some of it twice; until the answer is "success"."""
        with self._lock:
            due = [one for one in self.told if not only_due or one.due <= self._clock.now()]
            self.weather.chance.shuffle(due)
        for one in due:
            if self.weather.happens(0.2):
                self._send(client, one)
            if self._send(client, one) or one.tries > len(_PAUSES):
                with self._lock:
                    self.told.remove(one)
            else:
                one.due = self._clock.now() + timedelta(seconds=_PAUSES[min(one.tries, len(_PAUSES) - 1)])
                one.tries += 1

    def _send(self, client: httpx.Client, one: Telling) -> bool:
        with self._lock:
            order_no, _, request_no = one.about.partition(" ")
            trade = self.trades[order_no]
            if not trade.notify_url:
                return True
            assert trade.paid_at is not None
            fields = {
                "notify_time": in_china(self._clock.now()), "notify_type": "trade_status_sync", "notify_id": one.number,
                "charset": "utf-8", "version": "1.0", "app_id": APP_ID, "trade_no": trade.trade_no,
                "out_trade_no": order_no, "buyer_id": "2088102116773037", "seller_id": SELLER_ID,
                "trade_status": "TRADE_SUCCESS", "total_amount": yuan(trade.fen), "receipt_amount": yuan(trade.fen),
                "subject": trade.asked["subject"], "gmt_create": in_china(trade.began), "gmt_payment": in_china(trade.paid_at),
            }  # fmt: skip
            if one.is_refund:
                refund = next(row for row in trade.refunds if row.number == request_no)
                back = sum(row.fen for row in trade.refunds)
                fields |= {
                    "out_biz_no": request_no,
                    "refund_fee": yuan(back),
                    "gmt_refund": f"{in_china(refund.at)}.000",
                }
                fields["trade_status"] = "TRADE_CLOSED" if back == trade.fen else "TRADE_SUCCESS"
        fields |= {"sign": self._signature(_line(fields)), "sign_type": "RSA2"}
        try:
            heard = client.post(trade.notify_url, data=fields)
        except httpx.HTTPError:
            return False
        return heard.text == "success"

    # --- what the merchant asks ---

    def answer(self, asked: Asked) -> Answer | None:
        parts = urlsplit(asked.target)
        if parts.path == "/bills":
            made, packed = self._bills[parts.query]
            fresh = self._clock.now() - made <= timedelta(seconds=30)
            return Answer(200 if fresh else 403, packed if fresh else b"")
        fault = self.weather.fault()
        if fault == "lost before":
            return None
        fields = dict(parse_qsl(asked.body.decode(), keep_blank_values=True))
        method = fields.get("method", "")
        if fault == "error before":
            return self._said(
                method,
                {"code": "20000", "msg": "Service Currently Unavailable", "sub_code": "aop.ACQ.SYSTEM_ERROR"},
            )
        if fault == "too often":
            return Answer(502, b"<html>bad gateway</html>")
        try:
            with self._lock:
                content: dict[str, Any] = {"code": "10000", "msg": "Success", **self._check(fields)}
        except No as no:
            if no.code == "40002" or no.sub_code in ("ACQ.INVALID_PARAMETER", "ACQ.CONTEXT_INCONSISTENT"):
                self.offences.append(f"{method}: {no.sub_code} {fields.get('biz_content')}")
            content = {"code": no.code, "msg": "Business Failed", "sub_code": no.sub_code, "sub_msg": "}{"}
        if fault == "lost after":
            return None
        if fault == "error after":
            content = {
                "code": "40004",
                "msg": "Business Failed",
                "sub_code": "ACQ.SYSTEM_ERROR",
                "sub_msg": "系统异常",
            }
        answer = self._said(method, content)
        return Answer(answer.status, answer.body, answer.headers, cut=fault == "cut after")

    def _check(self, fields: dict[str, str], *, is_page: bool = False) -> dict[str, Any]:
        self._check_envelope(fields, is_page)
        content: dict[str, str] = json.loads(fields["biz_content"])
        if any(not isinstance(value, str) for value in content.values()):
            raise No("ACQ.INVALID_PARAMETER")
        make = {
            "alipay.trade.wap.pay": self._open_wap,
            "alipay.trade.precreate": self._precreate,
            "alipay.trade.pay": self._pay,
            "alipay.trade.query": self._query,
            "alipay.trade.close": self._close,
            "alipay.trade.cancel": self._cancel,
            "alipay.trade.refund": self._refund,
            "alipay.trade.fastpay.refund.query": self._of_refund,
            "alipay.data.dataservice.bill.downloadurl.query": self._bill,
        }.get(fields["method"])
        if make is None:
            raise No("isv.invalid-method", "40002")
        return make(content, fields)

    def _check_envelope(self, fields: dict[str, str], is_page: bool) -> None:
        optional = {"notify_url", "return_url"} if is_page else {"notify_url"}
        if not set(fields) >= _PUBLIC or not set(fields) <= _PUBLIC | optional:
            raise No("isv.missing-parameter", "40002")
        fixed = (
            fields["app_id"],
            fields["format"],
            fields["charset"],
            fields["sign_type"],
            fields["version"],
        )
        if fixed != (APP_ID, "JSON", "utf-8", "RSA2", "1.0"):
            raise No("isv.invalid-parameter", "40002")
        moment = datetime.strptime(fields["timestamp"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA)
        signed = {name: value for name, value in fields.items() if name != "sign" and value}
        try:
            signature = base64.b64decode(fields["sign"], validate=True)
            self._merchant.verify(signature, _line(signed), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise No("isv.invalid-signature", "40002") from error
        if not is_page and abs(self._clock.now() - moment) > timedelta(minutes=10):
            raise No("isv.invalid-timestamp", "20000")

    def _open_wap(self, content: dict[str, str], fields: dict[str, str]) -> dict[str, Any]:
        self._create("wap", content, fields, {"product_code", "quit_url", "time_expire"}, "QUICK_WAP_PAY")
        return {}

    def _precreate(self, content: dict[str, str], fields: dict[str, str]) -> dict[str, Any]:
        self._create("qr", content, fields, {"time_expire"}, None)
        number = content["out_trade_no"]
        return {"out_trade_no": number, "qr_code": f"https://qr.alipay.com/bax{secrets.token_hex(10)}"}

    def _create(
        self, kind: str, content: dict[str, str], fields: dict[str, str], more: set[str], product: str | None
    ) -> None:
        if (
            set(content) != {"out_trade_no", "subject", "total_amount"} | more
            or content.get("product_code") != product
        ):
            raise No("ACQ.INVALID_PARAMETER")
        if not _NUMBER.fullmatch(content["out_trade_no"]) or not _YUAN.fullmatch(content["total_amount"]):
            raise No("ACQ.INVALID_PARAMETER")
        # The page says of the title: no special characters such as / = &.
        if not 1 <= len(content["subject"]) <= 256 or re.search(r"[/=&]", content["subject"]):
            raise No("ACQ.INVALID_PARAMETER")
        fen = round(float(content["total_amount"]) * 100)
        if fen < 1:
            raise No("ACQ.INVALID_PARAMETER")
        known = self.trades.get(content["out_trade_no"])
        if known is None:
            number = (
                f"{in_china(self._clock.now())[:10].replace('-', '')}220014{secrets.randbelow(10**14):014d}"
            )
            known = Trade(
                content["out_trade_no"],
                kind,
                fen,
                content,
                fields.get("notify_url", ""),
                self._clock.now(),
                number,
            )
            known.status = "WAIT_BUYER_PAY" if kind == "wap" else ""
            self.trades[known.number] = known
        elif known.asked != content:
            raise No("ACQ.CONTEXT_INCONSISTENT")
        elif known.paid_at is not None:
            raise No("ACQ.TRADE_HAS_SUCCESS")
        elif known.closed:
            raise No("ACQ.TRADE_HAS_CLOSE")

    def _pay(self, content: dict[str, str], fields: dict[str, str]) -> dict[str, Any]:
        if content["out_trade_no"] in self.trades:
            raise No("ACQ.CONTEXT_INCONSISTENT")
        if content["scene"] != "bar_code" or not re.fullmatch(r"(2[5-9]|30)\d{14,22}", content["auth_code"]):
            raise No("ACQ.INVALID_PARAMETER")
        if content["auth_code"] in self._codes:
            raise No("ACQ.PAYMENT_AUTH_CODE_INVALID")
        self._codes.add(content["auth_code"])
        more = {"scene", "auth_code", "product_code", "store_id", "timeout_express"}
        self._create("pay", content, fields, more, "FACE_TO_FACE_PAYMENT")
        trade, drawn = self.trades[content["out_trade_no"]], self.weather.chance.random()
        if drawn < 0.15:
            trade.closed = True
            raise No("ACQ.BUYER_BALANCE_NOT_ENOUGH")
        trade.status = "WAIT_BUYER_PAY"
        if drawn < 0.5:
            raise No("", "10003")
        self._paid(trade)
        return self._told(trade) | {"gmt_payment": in_china(self._clock.now())}

    def _query(self, content: dict[str, str], _fields: dict[str, str]) -> dict[str, Any]:
        trade = self._trade(content)
        if trade.kind == "pay" and trade.status == "WAIT_BUYER_PAY" and self.weather.happens(0.3):
            self._paid(trade)
        told = self._told(trade)
        return told | ({"send_pay_date": in_china(trade.paid_at)} if trade.paid_at else {})

    def _told(self, trade: Trade) -> dict[str, Any]:
        is_over = trade.closed or (trade.paid_at is not None and trade.kept_fen == 0)
        return {
            "trade_no": trade.trade_no, "out_trade_no": trade.number, "total_amount": yuan(trade.fen),
            "trade_status": "TRADE_CLOSED" if is_over else trade.status, "buyer_logon_id": "159****5620",
            "buyer_user_id": "2088102116773037", "receipt_amount": yuan(trade.fen),
        }  # fmt: skip

    def _trade(self, content: dict[str, str]) -> Trade:
        trade = self.trades.get(content["out_trade_no"])
        if trade is None or not (trade.status or trade.closed):
            raise No("ACQ.TRADE_NOT_EXIST")
        return trade

    def _close(self, content: dict[str, str], _fields: dict[str, str]) -> dict[str, Any]:
        trade = self._trade(content)
        if trade.paid_at is None and not trade.closed and self.weather.happens(0.2) and trade.kind != "pay":
            self._paid(trade)
            self._tell_later(trade.number, is_refund=False)
        if trade.paid_at is not None:
            raise No("ACQ.TRADE_STATUS_ERROR")
        if trade.closed:
            raise No("ACQ.TRADE_HAS_CLOSE")
        trade.closed = True
        return {"trade_no": trade.trade_no, "out_trade_no": trade.number}

    def _cancel(self, content: dict[str, str], _fields: dict[str, str]) -> dict[str, Any]:
        trade = self.trades.get(content["out_trade_no"])
        told = {"out_trade_no": content["out_trade_no"], "retry_flag": "N"}
        if trade is None:
            return told
        if self.weather.happens(0.2):
            return told | {"retry_flag": "Y"}
        if trade.paid_at is not None:
            if trade.kept_fen:
                trade.refunds.append(Refund("", trade.kept_fen, self._clock.now()))
            return told | {"trade_no": trade.trade_no, "action": "refund"}
        trade.closed = True
        return told | {"trade_no": trade.trade_no, "action": "close"}

    def _refund(self, content: dict[str, str], _fields: dict[str, str]) -> dict[str, Any]:
        trade, number = self._trade(content), content["out_request_no"]
        if not _YUAN.fullmatch(content["refund_amount"]) or not 1 <= len(number) <= 64:
            raise No("ACQ.INVALID_PARAMETER")
        fen = round(float(content["refund_amount"]) * 100)
        known = next((one for one in trade.refunds if one.number == number), None)
        if trade.paid_at is None:
            raise No("ACQ.TRADE_STATUS_ERROR")
        if known is not None and known.fen != fen:
            raise No("ACQ.REASON_TRADE_REFUND_FEE_ERR")
        if known is None:
            if self.weather.happens(0.1):
                raise No("ACQ.SELLER_BALANCE_NOT_ENOUGH")
            if not 1 <= fen <= trade.kept_fen:
                raise No("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
            trade.refunds.append(Refund(number, fen, self._clock.now()))
            self._tell_later(f"{trade.number} {number}", is_refund=True)
        back = sum(one.fen for one in trade.refunds)
        return {
            "trade_no": trade.trade_no, "out_trade_no": trade.number, "buyer_logon_id": "159****5620",
            "fund_change": "N" if known else "Y", "refund_fee": yuan(back),
        }  # fmt: skip

    def _of_refund(self, content: dict[str, str], _fields: dict[str, str]) -> dict[str, Any]:
        trade = self._trade(content)
        known = next((one for one in trade.refunds if one.number == content["out_request_no"]), None)
        if known is None:
            return {}
        return {
            "trade_no": trade.trade_no, "out_trade_no": trade.number, "out_request_no": known.number,
            "total_amount": yuan(trade.fen), "refund_amount": yuan(known.fen), "refund_status": "REFUND_SUCCESS",
        }  # fmt: skip

    def _bill(self, content: dict[str, str], _fields: dict[str, str]) -> dict[str, Any]:
        day = datetime.strptime(content["bill_date"], "%Y-%m-%d").replace(tzinfo=CHINA).date()
        if content["bill_type"] != "trade" or self._clock.now() < datetime.combine(
            day + timedelta(days=1), time(10), CHINA
        ):
            raise No("isp.bill_not_exist")
        paid, back = self._rows(day.isoformat())
        if not paid and not back:
            raise No("isp.bill_not_exist")
        lines = [
            "#支付宝业务明细查询", f"#账号：[{SELLER_ID}0156]", "#-----------------------------------------业务明细列表----",
            _BILL, *paid, *back, "#-----------------------------------------业务明细列表结束----",
            f"#交易合计：{len(paid)}笔，商家实收共0.00元，商家优惠共0.00元", f"#退款合计：{len(back)}笔，商家实收退款共0.00元",
        ]  # fmt: skip
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as pack:
            name = f"{SELLER_ID}0156_{day:%Y%m%d}_业务明细"
            pack.writestr(f"{name}(汇总).csv", "#汇总".encode("gbk"))
            pack.writestr(f"{name}.csv", "\r\n".join(lines).encode("gbk"))
        token = secrets.token_hex(16)
        self._bills[token] = (self._clock.now(), packed.getvalue())
        return {"bill_download_url": f"{self.url}/bills?{token}"}

    def _rows(self, day: str) -> tuple[list[str], list[str]]:
        paid, back = [], []
        for trade in self.trades.values():
            if trade.paid_at is not None and in_china(trade.paid_at)[:10] == day:
                paid.append(self._row(trade, "交易", trade.paid_at, trade.fen, ""))
            back += [
                self._row(trade, "退款", one.at, -one.fen, one.number)
                for one in trade.refunds
                if in_china(one.at)[:10] == day
            ]
        return paid, back

    @staticmethod
    def _row(trade: Trade, kind: str, at: datetime, fen: int, request_no: str) -> str:
        amounts = [yuan(fen), yuan(fen), *["0.00"] * 5, "", "0.00", "0.00"]
        values = [
            f"{trade.trade_no}\t", f"{trade.number}\t", kind, trade.asked["subject"], in_china(trade.began), in_china(at),
            "", "", "", "", "*三(159****5620)", *amounts, f"{request_no}\t", "0.00", "0.00", "",
        ]  # fmt: skip
        return ",".join(values)

    def _said(self, method: str, content: dict[str, Any]) -> Answer:
        raw = json.dumps(content, ensure_ascii=False)
        member = f'"{method.replace(".", "_")}_response":{raw}'
        body = f'{{{member},"sign":"{self._signature(raw.encode())}"}}'.encode()
        return Answer(200, body, {"Content-Type": "text/html;charset=utf-8"})

    def _signature(self, message: bytes) -> str:
        return base64.b64encode(self._own.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode()


def _line(fields: dict[str, str]) -> bytes:
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields)).encode()
