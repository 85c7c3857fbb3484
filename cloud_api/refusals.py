"""Refusals and faults as HTTP answers."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DBAPIError, OperationalError
from starlette.exceptions import HTTPException

from core.domain.faults import CloudDatabaseUnreachable, Fault
from core.domain.refusals.bills import BillDayUnfit, DifferenceNotFound
from core.domain.refusals.cloud import (
    MalformedRequest,
    NotFound,
    PairingCodeWrong,
    SignInCodeExpired,
    SignInCodeWrong,
    StationNotFound,
    TooManyRequests,
    TooManyTries,
    VehicleNotFound,
)
from core.domain.refusals.invoices import (
    InvoiceNotFound,
    InvoiceTitleNotFound,
    InvoiceTitleUnfit,
    ReceiptNotFound,
    TaxCodeUnfit,
    TaxNumberUnfit,
)
from core.domain.refusals.members import (
    MemberCodeExpired,
    MemberNotFound,
    MemberNotProven,
)
from core.domain.refusals.offers import (
    CampaignNotFound,
    CouponNotFound,
)
from core.domain.refusals.offices import (
    OfficeDutyMissing,
    OfficeEnrolmentOver,
    OfficePasswordCommon,
    OfficePasswordUnfit,
    OfficeSignInWrong,
    OfficeStationsLimited,
    OfficeUserNotFound,
    SecondPersonDisagrees,
    SecondPersonNeeded,
    StationGroupNotFound,
)
from core.domain.refusals.orders import (
    OrderNotFound,
    QuoteNotFound,
)
from core.domain.refusals.payments import (
    NotAPaymentCode,
    PartsUnfit,
    PaymentNotFound,
    RechargeCardNotFound,
)
from core.domain.refusals.people import (
    NotAllowed,
    NotSignedIn,
)
from core.domain.refusals.persons import (
    ConsentPurposeUnknown,
    WechatAccountBlocked,
    WechatCodeUnfit,
    WechatNotOffered,
)
from core.domain.refusals.pumps import (
    GradeNotFound,
    PumpNotFound,
)
from core.domain.refusals.refusal import Refusal
from core.domain.refusals.stored_value import (
    BalanceRefundNotFound,
    CardBatchNotFound,
    LedgerAccountNotFound,
    TopUpNotFound,
)
from core.domain.refusals.typed import (
    AmountOutOfRange,
    PhoneUnfit,
    PlateUnfit,
    VolumeOutOfRange,
)
from core.protocol.moments import moment_text
from core.wording.catalogue import _
from core.wording.refusals import sentence

_log = logging.getLogger(__name__)

# What is not listed is 409: the rules said no to something that was well asked.
_STATUS: Mapping[type[Refusal], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    StationNotFound: 404,
    OrderNotFound: 404,
    QuoteNotFound: 404,
    CampaignNotFound: 404,
    CouponNotFound: 404,
    VehicleNotFound: 404,
    PaymentNotFound: 404,
    DifferenceNotFound: 404,
    BillDayUnfit: 422,
    PartsUnfit: 422,
    MemberNotFound: 404,
    RechargeCardNotFound: 404,
    TopUpNotFound: 404,
    BalanceRefundNotFound: 404,
    CardBatchNotFound: 404,
    InvoiceNotFound: 404,
    InvoiceTitleNotFound: 404,
    ReceiptNotFound: 404,
    LedgerAccountNotFound: 404,
    MemberCodeExpired: 403,
    MemberNotProven: 403,
    PumpNotFound: 404,
    GradeNotFound: 404,
    MalformedRequest: 422,
    PhoneUnfit: 422,
    InvoiceTitleUnfit: 422,
    TaxCodeUnfit: 422,
    TaxNumberUnfit: 422,
    PlateUnfit: 422,
    NotAPaymentCode: 422,
    AmountOutOfRange: 422,
    VolumeOutOfRange: 422,
    SignInCodeWrong: 403,
    SignInCodeExpired: 403,
    PairingCodeWrong: 403,
    TooManyTries: 429,
    TooManyRequests: 429,
    OfficeSignInWrong: 403,
    WechatCodeUnfit: 403,
    WechatAccountBlocked: 403,
    WechatNotOffered: 404,
    ConsentPurposeUnknown: 404,
    OfficeDutyMissing: 403,
    OfficeEnrolmentOver: 403,
    OfficeStationsLimited: 403,
    SecondPersonNeeded: 403,
    SecondPersonDisagrees: 403,
    OfficeUserNotFound: 404,
    StationGroupNotFound: 404,
    OfficePasswordCommon: 422,
    OfficePasswordUnfit: 422,
}


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal or fault."""
    return 503 if isinstance(refusal, Fault) else _STATUS.get(type(refusal), 409)


def body_of(refusal: Refusal) -> dict[str, object]:
    """The error body in the language of whoever asked."""
    return {"error": {"code": refusal.code, "message": sentence(refusal), "data": _plain_facts(refusal)}}


def answer_refusals(app: FastAPI) -> None:
    """Every way in which a request can end badly answers in the one form of the contract."""

    @app.exception_handler(Refusal)
    async def refused(_request: Request, refusal: Refusal) -> JSONResponse:
        return _answer(refusal)

    @app.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:
        return _answer(MalformedRequest(tuple(_fault(one) for one in error.errors())))

    @app.exception_handler(HTTPException)
    async def not_served(_request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 404:
            return _answer(NotFound())
        if error.status_code in {400, 415}:
            return _answer(MalformedRequest(({"field": "body", "why": str(error.detail)},)))
        body = {
            "error": {
                "code": _CODES.get(error.status_code, "malformed_request"),
                "message": error.detail,
                "data": {},
            }
        }
        return JSONResponse(body, error.status_code, headers=error.headers)

    @app.exception_handler(OperationalError)
    async def no_database(_request: Request, error: DBAPIError) -> JSONResponse:
        _log.error("the database did not answer: %s", error.orig)
        return _answer(CloudDatabaseUnreachable())

    @app.exception_handler(Exception)
    async def broken(_request: Request, _error: Exception) -> JSONResponse:
        # Starlette logs the trace; the caller learns that it is our fault and that asking again does no harm.
        message = _("Something went wrong on our side. Nothing was charged twice; please try again.")
        return JSONResponse({"error": {"code": "internal_error", "message": message, "data": {}}}, 500)


async def close_refused(socket: WebSocket, refusal: Refusal) -> None:
    """Ends a WebSocket with the HTTP status in the close code: 401 is 4401."""
    await socket.close(4000 + status_of(refusal), json.dumps({"code": refusal.code}))


_CODES = {
    400: "malformed_request",
    405: "method_not_allowed",
    413: "request_too_large",
    415: "malformed_request",
}


def _answer(refusal: Refusal) -> JSONResponse:
    headers: dict[str, str] = {}
    if isinstance(refusal, TooManyTries | TooManyRequests):
        headers["Retry-After"] = str(refusal.retry_after_seconds)
    if isinstance(refusal, NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body_of(refusal), status_of(refusal), headers=headers)


def _fault(error: Mapping[str, object]) -> dict[str, str]:
    place = error.get("loc")
    steps = list(place) if isinstance(place, tuple) else []
    if steps and steps[0] in ("body", "query", "path", "header"):
        steps = steps[1:]
    return {"field": ".".join(str(step) for step in steps) or "body", "why": str(error.get("msg", ""))}


def _plain_facts(refusal: Refusal) -> dict[str, object]:
    return {name: _plain(value) for name, value in refusal.facts.items()}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)
