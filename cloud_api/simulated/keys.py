"""Makes the key pairs of the simulated providers and the settings with which the cloud reaches them."""

import argparse
import json
import secrets
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


@dataclass(frozen=True, slots=True)
class WechatMerchant:
    """What WeChat Pay knows about the merchant, beside the merchant's public key."""

    mchid: str
    appid: str
    serial_no: str
    public_key_id: str
    api_v3_key: str


@dataclass(frozen=True, slots=True)
class AlipayMerchant:
    """What Alipay knows about the merchant, beside the merchant's public key."""

    app_id: str
    seller_id: str


@dataclass(frozen=True, slots=True)
class UnionPayMerchant:
    """What UnionPay knows about the merchant, beside the merchant's public key."""

    mer_id: str
    cert_id: str
    unionpay_cert_id: str


@dataclass(frozen=True, slots=True)
class SmsCustomer:
    """What the text message house knows about its customer."""

    key: str


@dataclass(frozen=True, slots=True)
class InvoiceCustomer:
    """What the invoice house knows about its customer."""

    app_key: str
    app_secret: str
    token: str


@dataclass(frozen=True, slots=True)
class MapCustomer:
    """What the map service knows about its customer."""

    key: str
    secret: str


def make_keys(folder: Path) -> None:
    """Makes whatever the folder does not have yet; what is there stays, so that a demo keeps its books."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("wechat-merchant", "wechat-platform", "alipay-app", "alipay-gateway"):
        _make_pair(folder, name)
    for name in ("unionpay-merchant", "unionpay-gateway"):
        _make_pair(folder, name)
    _make_facts(
        folder / "wechat-merchant.json",
        WechatMerchant(
            mchid="16" + _digits(8),
            appid="wx" + secrets.token_hex(8),
            serial_no=secrets.token_hex(20).upper(),
            public_key_id="PUB_KEY_ID_0116" + _digits(30),
            api_v3_key="".join(secrets.choice(_ALPHABET) for _ in range(32)),
        ),
    )
    _make_facts(
        folder / "alipay-merchant.json",
        AlipayMerchant(app_id="2021" + _digits(12), seller_id="2088" + _digits(12)),
    )
    _make_facts(
        folder / "unionpay-merchant.json",
        UnionPayMerchant(
            mer_id="7770" + _digits(11), cert_id="68" + _digits(10), unionpay_cert_id="69" + _digits(10)
        ),
    )
    _make_facts(folder / "sms-customer.json", SmsCustomer(key=secrets.token_urlsafe(24)))
    _make_facts(
        folder / "invoice-customer.json",
        InvoiceCustomer(_digits(8), secrets.token_hex(16).upper(), secrets.token_hex(16)),
    )
    _make_facts(
        folder / "map-customer.json", MapCustomer(secrets.token_hex(16).upper(), secrets.token_hex(16))
    )
    if not (folder / "map-secret.txt").exists():
        _write_secret(folder / "map-secret.txt", map_customer(folder).secret.encode())
    house = invoice_customer(folder)
    for name, secret in (("invoice-app-secret.txt", house.app_secret), ("invoice-token.txt", house.token)):
        if not (folder / name).exists():
            _write_secret(folder / name, secret.encode())
    key_file = folder / "wechat-api-v3-key.txt"
    if not key_file.exists():
        _write_secret(key_file, wechat_merchant(folder).api_v3_key.encode())


def wechat_merchant(folder: Path) -> WechatMerchant:
    return WechatMerchant(**json.loads((folder / "wechat-merchant.json").read_text("utf-8")))


def alipay_merchant(folder: Path) -> AlipayMerchant:
    return AlipayMerchant(**json.loads((folder / "alipay-merchant.json").read_text("utf-8")))


def unionpay_merchant(folder: Path) -> UnionPayMerchant:
    return UnionPayMerchant(**json.loads((folder / "unionpay-merchant.json").read_text("utf-8")))


def sms_customer(folder: Path) -> SmsCustomer:
    return SmsCustomer(**json.loads((folder / "sms-customer.json").read_text("utf-8")))


def invoice_customer(folder: Path) -> InvoiceCustomer:
    return InvoiceCustomer(**json.loads((folder / "invoice-customer.json").read_text("utf-8")))


def map_customer(folder: Path) -> MapCustomer:
    return MapCustomer(**json.loads((folder / "map-customer.json").read_text("utf-8")))


def write_settings(
    folder: Path,
    *,
    wechat_port: int,
    alipay_port: int,
    sms_port: int,
    unionpay_port: int = 8104,
    invoice_port: int = 8105,
) -> Path:
    """Writes cloud-settings.toml for `python -m cloud_api serve --settings`; its files are relative to the folder."""
    wechat, alipay, sms = wechat_merchant(folder), alipay_merchant(folder), sms_customer(folder)
    unionpay = unionpay_merchant(folder)
    path = folder / "cloud-settings.toml"
    path.write_text(
        f"""# Made by python -m cloud_api.simulated.keys: the cloud among simulated providers. No real money moves.

[wechat]
base_url = "http://127.0.0.1:{wechat_port}"
mchid = "{wechat.mchid}"
appid = "{wechat.appid}"
serial_no = "{wechat.serial_no}"
private_key_file = "wechat-merchant-private.pem"
api_v3_key_file = "wechat-api-v3-key.txt"
public_key_id = "{wechat.public_key_id}"
public_key_file = "wechat-platform-public.pem"

[alipay]
gateway_url = "http://127.0.0.1:{alipay_port}/gateway.do"
app_id = "{alipay.app_id}"
private_key_file = "alipay-app-private.pem"
alipay_public_key_file = "alipay-gateway-public.pem"

[unionpay]
base_url = "http://127.0.0.1:{unionpay_port}"
mer_id = "{unionpay.mer_id}"
cert_id = "{unionpay.cert_id}"
private_key_file = "unionpay-merchant-private.pem"
unionpay_cert_id = "{unionpay.unionpay_cert_id}"
unionpay_public_key_file = "unionpay-gateway-public.pem"

[invoices]
base_url = "http://127.0.0.1:{invoice_port}/open/v1/services"
app_key = "{invoice_customer(folder).app_key}"
app_secret_file = "invoice-app-secret.txt"
token_file = "invoice-token.txt"

[sms]
base_url = "http://127.0.0.1:{sms_port}"
key = "{sms.key}"
""",
        encoding="utf-8",
    )
    return path


def _make_pair(folder: Path, name: str) -> None:
    if (folder / f"{name}-public.pem").exists():
        return
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    _write_secret(
        folder / f"{name}-private.pem",
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    (folder / f"{name}-public.pem").write_bytes(
        private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )


Facts = WechatMerchant | AlipayMerchant | UnionPayMerchant | SmsCustomer | InvoiceCustomer | MapCustomer


def _make_facts(path: Path, facts: Facts) -> None:
    if not path.exists():
        _write_secret(path, json.dumps(asdict(facts), indent=1).encode())


def _write_secret(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def _digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


def main() -> None:
    parser = argparse.ArgumentParser(description="Key pairs and settings for the simulated providers.")
    parser.add_argument("folder", type=Path)
    for name, default in (
        ("wechat", 8101),
        ("alipay", 8102),
        ("sms", 8103),
        ("unionpay", 8104),
        ("invoice", 8105),
    ):
        parser.add_argument(f"--{name}-port", type=int, default=default)
    arguments = parser.parse_args()
    make_keys(arguments.folder)
    path = write_settings(
        arguments.folder,
        wechat_port=arguments.wechat_port,
        alipay_port=arguments.alipay_port,
        sms_port=arguments.sms_port,
        unionpay_port=arguments.unionpay_port,
        invoice_port=arguments.invoice_port,
    )
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
