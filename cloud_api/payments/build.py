"""Opens the payment rooms by the settings: which providers there are, and with which keys."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from cloud_api.clock import Clock
from cloud_api.database import Database
from cloud_api.members.codes import MemberCodes
from cloud_api.payments import alipay_signatures, repository, unionpay_signatures, wechat_signatures
from cloud_api.payments.alipay import Alipay
from cloud_api.payments.official_account import OfficialAccount
from cloud_api.payments.outcomes import OnCaptured, OnPayer, OnRefunded
from cloud_api.payments.provider import PaymentProvider
from cloud_api.payments.service import Payments
from cloud_api.payments.stored_value import RechargeCardTender, WalletTender
from cloud_api.payments.unionpay import UnionPay
from cloud_api.payments.wechat import WechatPay
from cloud_api.recharge_cards.service import RechargeCards
from cloud_api.settings import AlipaySettings, OfficialAccountSettings, UnionPaySettings, WechatSettings


def open_payments(  # noqa: PLR0917 - the words of the contract with the app
    database: Database,
    clock: Clock,
    wechat: WechatSettings | None,
    alipay: AlipaySettings | None,
    site_url: str,
    on_captured: OnCaptured,
    on_refunded: OnRefunded,
    *,
    unionpay: UnionPaySettings | None = None,
    official_account: OfficialAccountSettings | None = None,
    others: Mapping[str, PaymentProvider] = MappingProxyType({}),
    on_payer: OnPayer = lambda _work, _order_id, _payer: None,
) -> Payments:
    """Payments with our own stored value, the providers that have settings, and `others` that are open already.

    Raises OSError, ValueError or TypeError for a key that is unfit.
    """
    providers: dict[str, PaymentProvider] = {
        "wallet": WalletTender(database, clock, MemberCodes(clock)),
        "recharge_card": RechargeCardTender(database, clock, RechargeCards(database, clock)),
    }
    if wechat is not None:
        official_appid = official_account.appid if official_account is not None else ""
        notify_url = f"{site_url}/v1/callbacks/wechat"
        providers["wechat"] = wechat_provider(wechat, clock, notify_url, official_appid)
    if alipay is not None:
        providers["alipay"] = alipay_provider(alipay, clock, f"{site_url}/v1/callbacks/alipay")
    if unionpay is not None:
        providers["unionpay"] = unionpay_provider(unionpay, database)
    providers.update(others)
    account = OfficialAccount(official_account) if official_account is not None else None
    return Payments(
        database, clock, providers, on_captured, on_refunded, on_payer=on_payer, official_account=account
    )


def wechat_provider(
    settings: WechatSettings, clock: Clock, notify_url: str, official_appid: str = ""
) -> WechatPay:
    signatures = wechat_signatures.WechatSignatures(
        mchid=settings.mchid,
        serial_no=settings.serial_no,
        key=wechat_signatures.private_key(settings.private_key_file.read_bytes()),
        platform_keys=wechat_signatures.platform_keys(
            settings.public_key_file.read_bytes(), settings.public_key_id
        ),
        api_v3_key=settings.api_v3_key_file.read_text("ascii").strip(),
    )
    return WechatPay(
        base_url=settings.base_url,
        mchid=settings.mchid,
        appid=settings.appid,
        public_key_id=settings.public_key_id,
        signatures=signatures,
        notify_url=notify_url,
        clock=clock,
        nonce=lambda: secrets.token_hex(16),
        official_appid=official_appid,
    )


def alipay_provider(settings: AlipaySettings, clock: Clock, notify_url: str) -> Alipay:
    signatures = alipay_signatures.AlipaySignatures(
        key=alipay_signatures.private_key(settings.private_key_file.read_bytes()),
        alipay_key=alipay_signatures.public_key(settings.alipay_public_key_file.read_bytes()),
    )
    return Alipay(
        gateway_url=settings.gateway_url,
        app_id=settings.app_id,
        signatures=signatures,
        notify_url=notify_url,
        clock=clock,
    )


def unionpay_provider(settings: UnionPaySettings, database: Database) -> UnionPay:
    signatures = unionpay_signatures.UnionPaySignatures(
        key=unionpay_signatures.private_key(settings.private_key_file.read_bytes()),
        cert_id=settings.cert_id,
        unionpay_key=unionpay_signatures.public_key(settings.unionpay_public_key_file.read_bytes()),
        unionpay_cert_id=settings.unionpay_cert_id,
    )

    async def moment_of(our_id: str) -> datetime:
        return await database.read(lambda connection: repository.begun_at(connection, our_id))

    return UnionPay(
        base_url=settings.base_url, mer_id=settings.mer_id, signatures=signatures, moment_of=moment_of
    )
