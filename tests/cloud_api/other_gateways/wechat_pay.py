"""WeChat Pay's API v3, written from its published pages and strict about them: its own ledger is the truth of a test."""

import base64
import gzip
import hashlib
import ipaddress
import json
import re
import secrets
import threading
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.cloud_api.other_gateways.line import CHINA, Answer, Asked, Clock, Telling, Weather
from tests.cloud_api.other_gateways.wechat_books import (
    APPID,
    MCHID,
    OFFICIAL_APPID,
    PUBLIC_KEY_ID,
    SERIAL,
    Order,
    Printing,
    Refund,
    statement,
)

# The pages name these pauses between two tellings.
_PAUSES = (15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
_OUT_TRADE_NO = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")
_OUT_REFUND_NO = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00")
_AUTH = re.compile(
    r'WECHATPAY2-SHA256-RSA2048 mchid="([^"]+)",nonce_str="([^"]+)",signature="([^"]+)",timestamp="(\d+)",serial_no="([^"]+)"'
)
_PREPAY = {"appid", "mchid", "description", "out_trade_no", "time_expire", "notify_url", "amount"}


class No(Exception):
    """An error of the tables of errors."""

    def __init__(self, status: int, code: str, words: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.words = status, code, words


class WechatGateway:
    """One merchant's account. `offences` is what the pages forbid and the merchant did all the same."""

    def __init__(
        self, clock: Clock, weather: Weather, merchant: RSAPublicKey, own: RSAPrivateKey, api_v3_key: str
    ) -> None:
        self._clock, self.weather, self._merchant, self._own = clock, weather, merchant, own
        self._cipher = AESGCM(api_v3_key.encode())
        self.url = ""
        self.orders: dict[str, Order] = {}
        self.refunds: dict[str, Refund] = {}
        self.told: list[Telling] = []
        self.offences: list[str] = []
        self.printing = Printing()
        # Whose appid an openid belongs to.
        self.openids: dict[str, str] = {}
        # Orders for whose refunds the merchant's account holds too little.
        self.short_of: set[str] = set()
        self._codes: set[str] = set()
        self._bills: dict[str, tuple[datetime, bytes]] = {}
        self._lock = threading.RLock()

    # --- what a payer does ---

    def pay(self, number: str) -> bool:
        """The payer pays on his phone; also in the moment in which the order is being closed. False where he cannot."""
        with self._lock:
            order, now = self.orders.get(number), self._clock.now()
            if order is None or order.state != "NOTPAY" or order.kind == "codepay":
                return False
            if datetime.fromisoformat(order.asked["time_expire"]) < now:
                return False
            self._paid(order)
            self.told.append(Telling(number, False, now, secrets.token_hex(16)))
            return True

    def _paid(self, order: Order) -> None:
        order.state, order.paid_at = "SUCCESS", self._clock.now()
        order.transaction_id = f"4200{secrets.randbelow(10**24):024d}"

    # --- what the merchant is told ---

    def tell(self, client: httpx.Client, *, only_due: bool = True) -> None:
        """Tells what is due, in any order, some of it twice; what is not acknowledged is told again after a pause."""
        with self._lock:
            due = [one for one in self.told if not only_due or one.due <= self._clock.now()]
            self.weather.chance.shuffle(due)
        for one in due:
            if self.weather.happens(0.2):
                self._send(client, one)
            if self._send(client, one):
                with self._lock:
                    self.told.remove(one)
            else:
                one.due = self._clock.now() + timedelta(seconds=_PAUSES[min(one.tries, len(_PAUSES) - 1)])
                one.tries += 1

    def _send(self, client: httpx.Client, one: Telling) -> bool:
        with self._lock:
            if one.is_refund:
                refund = self.refunds[one.about]
                order = self.orders[refund.order]
                kind, original, where = f"REFUND.{refund.status}", "refund", refund.notify_url
                content = {
                    "mchid": MCHID, "out_trade_no": order.number, "transaction_id": order.transaction_id,
                    "out_refund_no": refund.number, "refund_id": refund.refund_id, "refund_status": refund.status,
                    "success_time": self._moment(self._clock.now()), "user_received_account": "支付用户零钱",
                    "amount": {"total": order.fen, "refund": refund.fen, "payer_total": order.fen, "payer_refund": refund.fen},
                }  # fmt: skip
            else:
                order = self.orders[one.about]
                kind, original, where = "TRANSACTION.SUCCESS", "transaction", order.asked["notify_url"]
                content = self._transaction(order) | {"trade_state": "SUCCESS"}
        nonce = secrets.token_hex(6)
        sealed = self._cipher.encrypt(nonce.encode(), json.dumps(content).encode(), original.encode())
        body = json.dumps(
            {
                "id": one.number, "create_time": self._moment(self._clock.now()), "event_type": kind,
                "resource_type": "encrypt-resource", "summary": "支付成功",
                "resource": {
                    "original_type": original, "algorithm": "AEAD_AES_256_GCM", "nonce": nonce,
                    "associated_data": original, "ciphertext": base64.b64encode(sealed).decode(),
                },
            }
        ).encode()  # fmt: skip
        try:
            heard = client.post(
                where, content=body, headers=self._signed(body) | {"Content-Type": "application/json"}
            )
        except httpx.HTTPError:
            return False
        return heard.status_code in (200, 204)

    # --- what the merchant asks ---

    def answer(self, asked: Asked) -> Answer | None:
        fault = self.weather.fault()
        spoilt = {
            "error": No(500, "SYSTEM_ERROR", "系统异常，请用相同参数重新调用"),
            "too": No(429, "FREQUENCY_LIMITED"),
        }
        if fault in ("error before", "too often"):
            return self._no(spoilt[fault.split()[0]])
        answer = None if fault == "lost before" else self._carried_out(asked)
        if fault == "error after":
            return self._no(spoilt["error"])
        if answer is None or fault == "lost after":
            return None
        return Answer(answer.status, answer.body, answer.headers, cut=fault == "cut after")

    def _carried_out(self, asked: Asked) -> Answer:
        try:
            with self._lock:
                return self._understood(asked)
        except No as no:
            if no.code in ("PARAM_ERROR", "SIGN_ERROR", "OUT_TRADE_NO_USED", "INVALID_REQUEST"):
                self.offences.append(f"{asked.method} {asked.target}: {no.code} {no.words}")
            return self._no(no)

    def _understood(self, asked: Asked) -> Answer:
        self._check_signature(asked)
        parts = urlsplit(asked.target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        path = parts.path.removeprefix("/v3/").split("/")
        if asked.method == "GET":
            return self._got(path, query)
        if asked.headers.get("content-type", "").split(";")[0] != "application/json":
            raise No(400, "PARAM_ERROR", "Content-Type")
        return self._posted(path, json.loads(asked.body))

    def _got(self, path: list[str], query: dict[str, str]) -> Answer:
        match path:
            case ["pay", "transactions", "out-trade-no", number] if query == {"mchid": MCHID}:
                return self._said(self._query(self._order(number)))
            case ["refund", "domestic", "refunds", number] if number in self.refunds:
                return self._said(self._of_refund(self.refunds[number]))
            case ["refund", "domestic", "refunds", _]:
                raise No(404, "RESOURCE_NOT_EXISTS")
            case ["bill", "tradebill"]:
                return self._said(self._bill(query))
            case ["billdownload", "file"]:
                made, content = self._bills[query["token"]]
                if self._clock.now() - made <= timedelta(minutes=5):
                    return Answer(body=gzip.compress(content))
        raise No(400, "PARAM_ERROR", "/".join(path))

    def _posted(self, path: list[str], body: dict[str, Any]) -> Answer:
        match path:
            case ["pay", "transactions", ("h5" | "jsapi" | "native") as kind]:
                return self._said(self._prepay(kind, body))
            case ["pay", "transactions", "codepay"]:
                return self._said(self._codepay(body))
            case ["pay", "transactions", "out-trade-no", number, "close"]:
                return self._close(self._order(number), body)
            case ["pay", "transactions", "out-trade-no", number, "reverse"]:
                return self._said(self._reverse(self._order(number), body))
            case ["refund", "domestic", "refunds"]:
                return self._said(self._refund(body))
        raise No(400, "PARAM_ERROR", "/".join(path))

    def _check_signature(self, asked: Asked) -> None:
        found = _AUTH.fullmatch(asked.headers.get("authorization", ""))
        if (
            found is None
            or "user-agent" not in asked.headers
            or asked.headers.get("accept") != "application/json"
        ):
            raise No(400, "PARAM_ERROR", "headers")
        mchid, nonce, signature, timestamp, serial = found.groups()
        if (mchid, serial, asked.headers.get("wechatpay-serial")) != (MCHID, SERIAL, PUBLIC_KEY_ID):
            raise No(401, "SIGN_ERROR", "the account or the serial number")
        if abs(self._clock.now().timestamp() - int(timestamp)) > 300:
            raise No(401, "STALE_TIMESTAMP")
        message = f"{asked.method}\n{asked.target}\n{timestamp}\n{nonce}\n".encode() + asked.body + b"\n"
        try:
            self._merchant.verify(base64.b64decode(signature), message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as error:
            raise No(401, "SIGN_ERROR") from error

    def _prepay(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        extra = {"h5": {"scene_info"}, "jsapi": {"payer"}, "native": set()}[kind]
        self._check_order(body, _PREPAY | extra)
        url = urlsplit(body["notify_url"])
        if (
            not _RFC3339.fullmatch(body["time_expire"])
            or url.query
            or not url.hostname
            or len(body["notify_url"]) > 255
        ):
            raise No(400, "PARAM_ERROR", "time_expire or notify_url")
        if kind == "h5":
            scene = body["scene_info"]
            ipaddress.ip_address(scene["payer_client_ip"])
            if scene["h5_info"]["type"] not in ("iOS", "Android", "Wap"):
                raise No(400, "PARAM_ERROR", "h5_info.type")
        if kind == "jsapi" and self.openids.get(body["payer"]["openid"]) != body["appid"]:
            raise No(400, "INVALID_REQUEST", "appid和openid不匹配")
        known = self.orders.get(body["out_trade_no"])
        if known is not None:
            if (known.kind, known.asked) != (kind, body):
                raise No(403, "OUT_TRADE_NO_USED")
            if known.state != "NOTPAY":
                raise No(400, "ORDER_CLOSED" if known.state == "CLOSED" else "ORDERPAID")
        else:
            self.orders[body["out_trade_no"]] = Order(
                body["out_trade_no"], kind, body["amount"]["total"], body, self._clock.now()
            )
        token = secrets.token_hex(16)
        return {
            "h5": {
                "h5_url": f"https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx{token}&package=1"
            },
            "jsapi": {"prepay_id": f"wx{token}"},
            "native": {"code_url": f"weixin://wxpay/bizpayurl?pr={token[:9]}"},
        }[kind]

    def _check_order(self, body: dict[str, Any], names: set[str]) -> None:
        if set(body) != names:
            raise No(400, "PARAM_ERROR", f"fields {set(body) ^ names}")
        if body["mchid"] != MCHID or body["appid"] not in (APPID, OFFICIAL_APPID):
            raise No(400, "APPID_MCHID_NOT_MATCH")
        amount = body["amount"]
        if type(amount["total"]) is not int or amount["total"] < 1 or amount.get("currency", "CNY") != "CNY":
            raise No(400, "PARAM_ERROR", "amount")
        if not _OUT_TRADE_NO.fullmatch(body["out_trade_no"]) or not 1 <= len(body["description"]) <= 127:
            raise No(400, "PARAM_ERROR", "out_trade_no or description")

    def _codepay(self, body: dict[str, Any]) -> dict[str, Any]:
        self._check_order(
            body, {"appid", "mchid", "description", "out_trade_no", "payer", "amount", "scene_info"}
        )
        store, code = body["scene_info"]["store_info"], body["payer"]["auth_code"]
        if not (store.get("id") or store.get("out_id")) or len(body["scene_info"].get("device_id", "")) > 32:
            raise No(400, "PARAM_ERROR", "scene_info")
        if not re.fullmatch(r"1[0-5]\d{16}", code):
            raise No(400, "AUTH_CODE_INVALID")
        if body["out_trade_no"] in self.orders:
            raise No(403, "OUT_TRADE_NO_USED")
        if code in self._codes:
            raise No(403, "AUTH_CODE_ERROR")
        self._codes.add(code)
        order = Order(body["out_trade_no"], "codepay", body["amount"]["total"], body, self._clock.now())
        self.orders[order.number] = order
        drawn = self.weather.chance.random()
        if drawn < 0.15:
            order.state = "PAYERROR"
            raise No(403, "NOT_ENOUGH", "余额不足")
        if drawn < 0.5:
            order.state = "USERPAYING"
            if self.weather.happens(0.5):
                raise No(202, "USERPAYING", "需要用户输入支付密码")
            return {"trade_state": "USERPAYING"}
        self._paid(order)
        return self._transaction(order)

    def _query(self, order: Order) -> dict[str, Any]:
        if order.state == "USERPAYING":
            waited = self._clock.now() - order.began
            if waited > timedelta(seconds=45):
                order.state = "REVOKED"
            elif self.weather.happens(0.3):
                self._paid(order)
            elif self.weather.happens(0.1):
                order.state = "PAYERROR"
        return self._transaction(order)

    def _close(self, order: Order, body: dict[str, Any]) -> Answer:
        if body != {"mchid": MCHID} or order.kind == "codepay":
            raise No(400, "INVALID_REQUEST", "close")
        if order.state == "NOTPAY" and self.weather.happens(0.2):
            # The payer was on the page with the password: he has paid in the same moment.
            self._paid(order)
            self.told.append(Telling(order.number, False, self._clock.now(), secrets.token_hex(16)))
        if order.paid_at is not None:
            raise No(400, "ORDERPAID")
        if order.state == "CLOSED":
            raise No(400, "ORDER_CLOSED")
        order.state = "CLOSED"
        return Answer(204, b"", self._signed(b""))

    def _reverse(self, order: Order, body: dict[str, Any]) -> dict[str, Any]:
        if body != {"appid": APPID, "mchid": MCHID} or order.kind != "codepay":
            raise No(400, "INVALID_REQUEST", "reverse")
        if self._clock.now() - order.began < timedelta(seconds=15):
            self.offences.append(f"{order.number} is reversed within 15 seconds")
        if order.state == "USERPAYING" and self.weather.happens(0.5):
            raise No(202, "USER_PAYING", "用户支付中")
        if order.paid_at is not None and order.reversed_at is None:
            order.reversed_at = self._clock.now()
        order.state = "REVOKED"
        return {}

    def _refund(self, body: dict[str, Any]) -> dict[str, Any]:
        amount, number = body["amount"], body["out_refund_no"]
        fits = set(body) <= {"out_trade_no", "out_refund_no", "notify_url", "amount", "reason"}
        order = self.orders.get(body["out_trade_no"])
        if not fits or not _OUT_REFUND_NO.fullmatch(number) or not 0 <= len(body.get("reason", "")) <= 80:
            raise No(400, "PARAM_ERROR", "refund")
        if order is None or order.paid_at is None or order.reversed_at is not None:
            raise No(404, "RESOURCE_NOT_EXISTS", "订单不存在")
        if (
            set(amount) != {"refund", "total", "currency"}
            or amount["total"] != order.fen
            or amount["refund"] < 1
        ):
            raise No(400, "PARAM_ERROR", "amount")
        known = self.refunds.get(number)
        if known is not None:
            if (known.order, known.fen) != (order.number, amount["refund"]):
                raise No(400, "INVALID_REQUEST", "another amount under the same number")
            return self._of_refund(known)
        if amount["refund"] > order.kept_fen:
            raise No(400, "INVALID_REQUEST", "退款金额超限")
        now = self._clock.now()
        if order.refunds and now - order.refunds[-1].began < timedelta(minutes=1):
            raise No(429, "FREQUENCY_LIMITED", "同一笔订单多次退款的请求需相隔1分钟")
        if self.weather.happens(0.1) or order.number in self.short_of:
            raise No(403, "NOT_ENOUGH", "基本账户余额不足")
        refund = Refund(
            number,
            order.number,
            amount["refund"],
            f"5030{secrets.randbelow(10**24):024d}",
            now,
            body["notify_url"],
        )
        order.refunds.append(refund)
        self.refunds[number] = refund
        order.state = "REFUND"
        return self._of_refund(refund)

    def finish_refunds(self) -> None:
        """Refunds are carried out after they were taken in, and the merchant is told."""
        with self._lock:
            for refund in self.refunds.values():
                if refund.status == "PROCESSING" and not self.weather.happens(0.5):
                    refund.status = "SUCCESS"
                    self.told.append(Telling(refund.number, True, self._clock.now(), secrets.token_hex(16)))

    def _bill(self, query: dict[str, str]) -> dict[str, Any]:
        if query.get("bill_type") != "ALL" or query.get("tar_type") != "GZIP":
            raise No(400, "PARAM_ERROR", "bill")
        day = datetime.strptime(query["bill_date"], "%Y-%m-%d").replace(tzinfo=CHINA).date()
        if self._clock.now() < datetime.combine(day + timedelta(days=1), time(10), CHINA):
            raise No(400, "STATEMENT_CREATING", "账单生成中")
        content = statement(self.orders.values(), day.isoformat(), self.printing)
        if content is None:
            raise No(400, "NO_STATEMENT_EXIST")
        token = secrets.token_hex(16)
        self._bills[token] = (self._clock.now(), content)
        digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        return {
            "hash_type": "SHA1",
            "hash_value": digest,
            "download_url": f"{self.url}/v3/billdownload/file?token={token}",
        }

    def _transaction(self, order: Order) -> dict[str, Any]:
        told: dict[str, Any] = {
            "appid": order.asked["appid"], "mchid": MCHID, "out_trade_no": order.number, "trade_state": order.state,
            "trade_state_desc": "", "amount": {"total": order.fen, "currency": "CNY"},
        }  # fmt: skip
        if order.paid_at is not None:
            told |= {
                "transaction_id": order.transaction_id, "success_time": self._moment(order.paid_at),
                "trade_type": "MICROPAY" if order.kind == "codepay" else "MWEB", "bank_type": "OTHERS",
                "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
                # A coupon of the platform's own: the payer pays less, the merchant gets all.
                "amount": {"total": order.fen, "payer_total": max(1, order.fen - 1), "currency": "CNY", "payer_currency": "CNY"},
            }  # fmt: skip
        return told

    def _of_refund(self, refund: Refund) -> dict[str, Any]:
        order = self.orders[refund.order]
        return {
            "refund_id": refund.refund_id, "out_refund_no": refund.number, "transaction_id": order.transaction_id,
            "out_trade_no": order.number, "channel": "ORIGINAL", "user_received_account": "支付用户零钱",
            "create_time": self._moment(refund.began), "status": refund.status,
            "amount": {"total": order.fen, "refund": refund.fen, "payer_total": order.fen, "payer_refund": refund.fen, "currency": "CNY"},
        }  # fmt: skip

    def _order(self, number: str) -> Order:
        if number not in self.orders:
            raise No(404, "ORDER_NOT_EXIST")
        return self.orders[number]

    def _said(self, content: dict[str, Any]) -> Answer:
        body = json.dumps(content, ensure_ascii=False).encode()
        return Answer(200, body, self._signed(body) | {"Content-Type": "application/json"})

    def _no(self, no: No) -> Answer:
        body = json.dumps({"code": no.code, "message": no.words}, ensure_ascii=False).encode()
        return Answer(no.status, body, self._signed(body) | {"Content-Type": "application/json"})

    def _signed(self, body: bytes) -> dict[str, str]:
        timestamp, nonce = str(int(self._clock.now().timestamp())), secrets.token_hex(16)
        signature = self._own.sign(
            f"{timestamp}\n{nonce}\n".encode() + body + b"\n", padding.PKCS1v15(), hashes.SHA256()
        )
        return {
            "Wechatpay-Timestamp": timestamp, "Wechatpay-Nonce": nonce, "Wechatpay-Serial": PUBLIC_KEY_ID,
            "Wechatpay-Signature": base64.b64encode(signature).decode(), "Request-ID": secrets.token_hex(8),
        }  # fmt: skip

    @staticmethod
    def _moment(moment: datetime) -> str:
        return moment.astimezone(CHINA).isoformat(timespec="seconds")
