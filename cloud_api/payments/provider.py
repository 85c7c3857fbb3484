"""What a payment provider must do, and the words in which it answers. Our payment id is the provider's merchant order number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

import httpx

from cloud_api.outward import is_private


class Standing(StrEnum):
    """How a payment stands at the provider."""

    PAID = "paid"  # the money was taken, whatever may have been given back since
    WAITING = "waiting"  # the payer is typing a password
    OPEN = "open"  # known and not paid
    DECLINED = "declined"  # this try has failed for good
    CLOSED = "closed"  # can never be paid; of a reversed payment the payer has the money back
    ABSENT = "absent"  # the provider has never heard of it


@dataclass(frozen=True, slots=True)
class ProviderAnswer:
    """What the provider says of one payment; `reason` is a code of ours."""

    standing: Standing
    amount_fen: int | None = None
    provider_ref: str | None = None
    paid_at: datetime | None = None
    reason: str | None = None
    payer: str | None = None  # who paid, by the provider's own name for them
    available_fen: int | None = None  # what there is: after it was taken, or where it is too little


class RefundStanding(StrEnum):
    """How a refund stands at the provider."""

    PENDING = "pending"
    REFUNDED = "refunded"
    STUCK = "stuck"  # left us and did not arrive: a person must look (the payer's card is closed)
    CLOSED = "closed"  # did not happen and will not
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """What the provider says of one refund; `reason` is a code of ours."""

    standing: RefundStanding
    amount_fen: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be paid on the payer's phone. The same order again must carry the same values."""

    payment_id: str
    amount_fen: int
    description: str
    expires_at: datetime
    payer_ip: str
    payer_openid: str | None
    return_url: str
    # Paid on a page inside WeChat, which may have another appid than the mini program.
    on_page: bool = False


@dataclass(frozen=True, slots=True)
class PaidNotification:
    """The provider tells by itself that a payment was paid."""

    event_id: str
    payment_id: str
    answer: ProviderAnswer


@dataclass(frozen=True, slots=True)
class RefundNotification:
    """The provider tells by itself how a refund ended. Without `answer` it only says: ask me."""

    event_id: str
    refund_id: str
    answer: RefundAnswer | None


@dataclass(frozen=True, slots=True)
class OtherNotification:
    """Something genuine that changes nothing here."""

    event_id: str
    kind: str


Notification = PaidNotification | RefundNotification | OtherNotification


class ProviderSilent(Exception):
    """No answer that could be trusted: what was asked may or may not have happened. Ask by the same id."""


class ProviderNotReached(ProviderSilent):
    """The request certainly never left: nothing has happened."""


class ProviderRefused(Exception):
    """A clear no, and nothing has happened. `reason` is a code of ours, the text is the provider's own."""

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason = reason


class NotificationRefused(Exception):
    """The notification is not genuine or not for us. `is_probe`: the provider tests us with a wrong one on purpose."""

    def __init__(self, why: str, *, is_probe: bool = False) -> None:
        super().__init__(why)
        self.is_probe = is_probe


class PaymentProvider(Protocol):
    """A company that takes money for us. Every call may raise ProviderSilent; none may be made in a transaction."""

    name: str
    # A code payment may be reversed only so long after it was asked for.
    seconds_before_reversing: float
    # How long the address of its page works; nothing where it works as long as the payment.
    page_lives: timedelta | None

    async def charge_code(
        self, payment_id: str, amount_fen: int, auth_code: str, description: str, terminal: str
    ) -> ProviderAnswer:
        """Charges the payer's scanned code, once."""

    async def open_page(self, order: Order) -> str:
        """The address of the page where a browser pays. Raises ProviderRefused."""

    async def open_mini_program(self, order: Order) -> Mapping[str, str]:
        """What a mini program hands to its payment call. Raises ProviderRefused."""

    async def open_qr(self, order: Order) -> str:
        """What a QR code says that the payer scans from our display. Raises ProviderRefused."""

    async def query(self, payment_id: str) -> ProviderAnswer:
        """How the payment stands."""

    async def close(self, payment_id: str) -> ProviderAnswer:
        """Makes an unpaid order unpayable: CLOSED, ABSENT, or PAID when it was too late (then query)."""

    async def reverse(self, payment_id: str) -> ProviderAnswer:
        """Undoes a code payment, giving back what was taken: CLOSED, ABSENT, or WAITING: reverse again."""

    async def refund(
        self, refund_id: str, payment_id: str, *, amount_fen: int, paid_fen: int, reason: str
    ) -> RefundAnswer:
        """Gives back part or all of a payment; the same refund id gives back once."""

    async def query_refund(self, refund_id: str, payment_id: str) -> RefundAnswer:
        """How the refund stands."""

    def read_notification(self, headers: Mapping[str, str], body: bytes) -> Notification:
        """What the provider tells, once it is proven genuine. Raises NotificationRefused."""

    async def end(self) -> None:
        """Closes its connections."""


def checked_address(address: str) -> str:
    """The provider's address without a slash at its end. Raises ValueError for plain HTTP to another machine."""
    if is_private(address):
        return address.rstrip("/")
    raise ValueError(f"a payment provider is reached by https alone, not at {address}")


def open_client(address: str, answer_seconds: float) -> httpx.AsyncClient:
    """What speaks to a provider. Without TLS, which only a simulated one on this machine does, no certificates are
    loaded and no proxy is asked for.
    """
    is_plain = urlsplit(address).scheme == "http"
    timeout = httpx.Timeout(answer_seconds, connect=5.0)
    # A fresh connection for every request: one kept open may be closed by the other side just as a charge goes out on it,
    # and a charge without an answer makes a cashier wait. The handshake costs less.
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(timeout=timeout, trust_env=not is_plain, verify=not is_plain, limits=limits)
