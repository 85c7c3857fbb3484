"""UnionPay's gateway as its own process: python -m cloud_api.simulated.unionpay --keys DIR. Real RSA, no real money.

It speaks ACP 5.1.0 as far as a counter needs it: forms on backTransReq.do (consumption by the payer's code, undoing, refund)
and queryTrans.do, signed both ways. Keys are pinned by certificate id; the certificates themselves are not carried along.
"""

import argparse
import base64
import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp

from cloud_api.clock import Clock
from cloud_api.simulated.keys import unionpay_merchant
from cloud_api.simulated.process import (
    DroppedConnection,
    SilentConnection,
    about,
    load_books,
    run,
    save_books,
)
from cloud_api.simulated.script import Behaviour, On, Script, Wish
from cloud_api.simulated.unionpay_books import WORDS, Refund, UnionPayBooks, UnionPayError


class UnionPayWire:
    """Holds the gateway's private key and the merchant's public one. Shares no code with our client."""

    def __init__(self, folder: Path) -> None:
        self.merchant = unionpay_merchant(folder)
        private = load_pem_private_key((folder / "unionpay-gateway-private.pem").read_bytes(), None)
        public = load_pem_public_key((folder / "unionpay-merchant-public.pem").read_bytes())
        if not isinstance(private, RSAPrivateKey) or not isinstance(public, RSAPublicKey):
            raise TypeError("UnionPay uses RSA keys")
        self._gateway_key, self._merchant_key = private, public

    def is_genuine(self, fields: dict[str, str]) -> bool:
        if fields.get("merId") != self.merchant.mer_id or fields.get("certId") != self.merchant.cert_id:
            return False
        if fields.get("version") != "5.1.0" or fields.get("signMethod") != "01":
            return False
        try:
            signature = base64.b64decode(fields.get("signature", ""), validate=True)
            self._merchant_key.verify(signature, self._digest(fields), padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True

    def signed(self, fields: dict[str, str], behaviour: Behaviour | None) -> str:
        """The answer as a form; `behaviour` spoils its signature."""
        fields = fields | {"signMethod": "01", "certId": self.merchant.unionpay_cert_id}
        if behaviour is Behaviour.WRONG_SERIAL:
            fields["certId"] = "000000000000"
        message = b"something else" if behaviour is Behaviour.BAD_SIGNATURE else self._digest(fields)
        signature = self._gateway_key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        if behaviour is not Behaviour.NO_SIGNATURE:
            fields["signature"] = base64.b64encode(signature).decode()
        # The real one does not escape its values either.
        return "&".join(f"{name}={value}" for name, value in fields.items())

    @staticmethod
    def _digest(fields: dict[str, str]) -> bytes:
        names = sorted(name for name in fields if name != "signature" and fields[name] != "")
        return (
            hashlib.sha256("&".join(f"{name}={fields[name]}" for name in names).encode()).hexdigest().encode()
        )


class UnionPay:
    """The gateway, and /control for demo and tests."""

    def __init__(self, keys: Path, clock: Clock, *, state: Path | None = None) -> None:
        self._wire, self._clock, self._state = UnionPayWire(keys), clock, state
        self._books, self._script = UnionPayBooks(load_books(state)), Script()
        self.app: ASGIApp = self._application()

    async def start(self, _url: str) -> None:
        """Nothing waits to be told: UnionPay is asked."""

    async def stop(self) -> None:
        """Nothing is under way."""

    def _application(self) -> FastAPI:
        app = FastAPI(title="Simulated UnionPay", docs_url=None, redoc_url=None, openapi_url=None)
        app.add_api_route("/gateway/api/backTransReq.do", self._asked, methods=["POST"])
        app.add_api_route("/gateway/api/queryTrans.do", self._asked, methods=["POST"])
        app.add_api_route("/control/ledger", self._ledger, methods=["GET"])
        app.add_api_route("/control/next", self._wish, methods=["POST"])
        app.add_api_route("/control/clear", self._clear, methods=["POST"])
        return app

    async def _asked(self, request: Request) -> Response:
        fields = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        behaviour = self._script.take(On.ANSWER, request.url.path)
        if behaviour is Behaviour.DROP_BEFORE:
            return DroppedConnection()
        cut = False
        if not self._wire.is_genuine(fields):
            answer = {"respCode": "11"}
        elif behaviour is Behaviour.SYSTEM_ERROR:
            answer = {"respCode": "06"}
        else:
            answer, cut = self._answer(fields, is_query=request.url.path.endswith("queryTrans.do"))
        save_books(self._state, self._books.remembered())
        if cut or behaviour is Behaviour.DROP_AFTER:
            return DroppedConnection()
        if behaviour is Behaviour.SILENT:
            return SilentConnection()
        echoed = {
            name: fields[name]
            for name in ("version", "encoding", "merId", "orderId", "txnTime")
            if name in fields
        }
        answer |= {"respMsg": WORDS.get(answer["respCode"], "")}
        return Response(self._wire.signed(echoed | answer, behaviour), media_type="text/html;charset=UTF-8")

    def _answer(self, fields: dict[str, str], *, is_query: bool) -> tuple[dict[str, str], bool]:
        """The answer's own fields, and whether the connection is cut instead."""
        now = self._clock.now()
        try:
            if is_query:
                return self._queried(fields), False
            kind = fields.get("txnType", "") + fields.get("txnSubType", "")
            if kind == "0106":
                one = self._books.consume(fields, now)
                return {"respCode": one.state, "queryId": one.query_id}, one.ending == "04"
            if kind == "9901":
                self._books.undo(fields, now)
                return {"respCode": "00"}, False
            if kind == "0400":
                return {"respCode": "00", "queryId": self._refunded(fields, now).query_id}, False
        except UnionPayError as error:
            return {"respCode": error.code}, False
        except (KeyError, ValueError):
            pass
        return {"respCode": "10"}, False

    def _queried(self, fields: dict[str, str]) -> dict[str, str]:
        origin, one = self._books.query(fields)
        return {
            "respCode": "00",
            "origRespCode": origin,
            "origRespMsg": WORDS.get(origin, ""),
            "queryId": one.query_id,
            "txnAmt": str(one.amount),
        }

    def _refunded(self, fields: dict[str, str], now: datetime) -> Refund:
        return self._books.refund(fields, now)

    async def _ledger(self, payment_id: str = "") -> dict[str, Any]:
        return about(self._books.ledger(), payment_id)

    async def _wish(self, wish: Wish) -> dict[str, bool]:
        self._script.add(wish)
        return {"ok": True}

    async def _clear(self) -> dict[str, bool]:
        self._script.clear()
        return {"ok": True}


def _build(arguments: argparse.Namespace, clock: Clock) -> UnionPay:
    return UnionPay(arguments.keys, clock, state=arguments.state)


if __name__ == "__main__":
    run("Simulated UnionPay gateway (ACP 5.1.0).", _build)
