"""Where bills come from: a provider's file of a day, and how it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from cloud_api.bills import alipay_bill, wechat_bill
from cloud_api.bills.lines import BillUnfit, Line
from cloud_api.payments.alipay import Alipay
from cloud_api.payments.provider import PaymentProvider
from cloud_api.payments.wechat import WechatPay


class TellsBills(Protocol):
    """A provider that has a bill for each day."""

    name: str

    async def trade_bill(self, day: str) -> bytes | None:
        """The file as it is; None where there was nothing that day. Raises ProviderSilent."""


@dataclass(frozen=True, slots=True)
class Source:
    """A provider and the reader of its files, which raises BillUnfit."""

    provider: TellsBills
    read: Callable[[bytes], list[Line]]


def sources_of(providers: Mapping[str, PaymentProvider]) -> dict[str, Source]:
    """Of those providers that we know the bills of."""
    sources: dict[str, Source] = {}
    for name, provider in providers.items():
        if isinstance(provider, WechatPay):
            sources[name] = Source(provider, _wechat)
        elif isinstance(provider, Alipay):
            sources[name] = Source(provider, alipay_bill.read)
    return sources


def _wechat(content: bytes) -> list[Line]:
    try:
        return wechat_bill.read(content.decode())
    except UnicodeDecodeError as error:
        raise BillUnfit(f"the bill is no text: {error}") from error
