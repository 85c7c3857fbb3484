"""Arguments, environment and settings file as one frozen, checked object."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from cloud_api.outward import is_private
from core.wording.catalogue import in_every_language, mark

_PREFIX = "YOUZHAN_CLOUD_"
_EXAMPLE = "CHANGE-ME"
_ADDRESSES = frozenset({"base_url", "gateway_url"})
_H5_IN_THE_SOURCE = Path(__file__).parent.parent / "driver_app" / "dist" / "build" / "h5"


class SettingsUnfit(Exception):
    """The cloud cannot run by its settings; the text says which and what to do, in every language, to whoever starts it."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(in_every_language(message, **values))


@dataclass(frozen=True, slots=True)
class WechatSettings:
    """The merchant's account at WeChat Pay (API v3, public key mode)."""

    base_url: str
    mchid: str
    appid: str
    serial_no: str
    private_key_file: Path
    api_v3_key_file: Path
    public_key_id: str
    public_key_file: Path


@dataclass(frozen=True, slots=True)
class AlipaySettings:
    """The merchant's account at Alipay (RSA2, public key mode)."""

    gateway_url: str
    app_id: str
    private_key_file: Path
    alipay_public_key_file: Path


@dataclass(frozen=True, slots=True)
class UnionPaySettings:
    """The merchant's account at UnionPay (ACP 5.1.0, RSA with SHA-256)."""

    base_url: str
    mer_id: str
    cert_id: str
    private_key_file: Path
    unionpay_cert_id: str
    unionpay_public_key_file: Path


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """The gateway that sends the sign-in codes."""

    base_url: str
    key: str


@dataclass(frozen=True, slots=True)
class InvoiceSettings:
    """The account at the invoice house (Nuonuo's open platform)."""

    base_url: str
    app_key: str
    app_secret_file: Path
    token_file: Path


@dataclass(frozen=True, slots=True)
class MapSettings:
    """The account at Tencent's location service; the secret key signs (SN) and never leaves the cloud."""

    base_url: str
    key: str
    secret_file: Path


@dataclass(frozen=True, slots=True)
class WechatSignInSettings:
    """The mini program at WeChat's open platform: whose sign-in codes are exchanged there."""

    base_url: str
    appid: str
    secret_file: Path


@dataclass(frozen=True, slots=True)
class OfficialAccountSettings:
    """The official account, where pages inside WeChat pay by another appid than the mini program does."""

    base_url: str
    appid: str
    secret_file: Path


@dataclass(frozen=True, slots=True)
class PeopleSettings:
    """Where the keys of personal data are: a file apart from the database and its copies."""

    keys_file: Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What a running cloud needs to know; durations in seconds."""

    database: str
    host: str = "127.0.0.1"
    port: int = 8000
    # Where drivers and payment providers reach us; without it, the address we listen at.
    site_url: str = ""
    h5_dir: Path = _H5_IN_THE_SOURCE
    wechat: WechatSettings | None = None
    alipay: AlipaySettings | None = None
    unionpay: UnionPaySettings | None = None
    sms: SmsSettings | None = None
    people: PeopleSettings | None = None
    wechat_sign_in: WechatSignInSettings | None = None
    official_account: OfficialAccountSettings | None = None
    invoices: InvoiceSettings | None = None
    map: MapSettings | None = None
    # Bells between workers: "auto" uses PostgreSQL's own where that is the database; "nats://…" a NATS server; "none" leaves each
    # worker to its own looks.
    bells: str = "auto"
    # What Prometheus must bring to /metrics; without it there is nothing there.
    metrics_token: str = ""
    # "open": /docs, /redoc and /openapi.json are for everybody; "closed": they are not there.
    documents: str = "open"
    # "text", or "json" with one object a line.
    log_form: str = "text"
    # How many requests a token, and an address other than this machine's own, may make a second, and at once.
    requests_a_second_by_token: float = 50.0
    requests_at_once_by_token: int = 300
    requests_a_second_by_address: float = 200.0
    requests_at_once_by_address: int = 1000
    # How often what waits (late orders, refunds, unclear payments) is looked after.
    chores_seconds: float = 2.0
    unpaid_order_seconds: int = 15 * 60
    unclaimed_order_seconds: int = 15 * 60
    quote_seconds: int = 5 * 60
    # A station that was not heard for so long is not asked to serve anybody.
    silent_station_seconds: int = 5 * 60
    coupon_hold_seconds: int = 15 * 60
    # A member code on a phone's screen, how long it proves whoever showed it, and points set aside for a bill.
    member_code_seconds: int = 60
    member_proof_seconds: int = 10 * 60
    points_hold_seconds: int = 15 * 60
    points_per_yuan_off: int = 100
    points_most_percent: int = 50
    # Points end with the month so many months after they were earned.
    points_live_months: int = 24
    # How much paid-in money one person may have with us, without and with a registered name (MOFCOM 2012 No. 9).
    prepaid_unnamed_fen: int = 100_000
    prepaid_named_fen: int = 500_000
    # What of a balance is paid back without a look of the finance office.
    wallet_cooling_off_days: int = 7
    wallet_refund_unseen_fen: int = 20_000
    wallet_refunds_unseen_a_month: int = 1
    # What one person of the head office may give or pay out without the agreement of another.
    office_alone_fen: int = 20_000
    office_alone_points: int = 20_000
    pairing_code_seconds: int = 15 * 60
    pairing_tries: int = 10
    sign_in_code_seconds: int = 5 * 60
    sign_in_resend_seconds: int = 60
    sign_in_codes_a_day: int = 10
    sign_in_codes_an_hour_from_one_address: int = 60
    sign_in_days: int = 180
    doorbell_ping_seconds: float = 20.0


_SECTIONS: Mapping[str, type] = {
    "wechat": WechatSettings,
    "alipay": AlipaySettings,
    "unionpay": UnionPaySettings,
    "sms": SmsSettings,
    "people": PeopleSettings,
    "wechat_sign_in": WechatSignInSettings,
    "official_account": OfficialAccountSettings,
    "invoices": InvoiceSettings,
    "map": MapSettings,
}


def load(arguments: Mapping[str, object], environment: Mapping[str, str] | None = None) -> Settings:
    """Settings by precedence: arguments, then YOUZHAN_CLOUD_* of the environment, then the file, then defaults.

    The file (argument `settings` or YOUZHAN_CLOUD_SETTINGS) is TOML with the tables [cloud], [wechat], [alipay], [unionpay], [sms],
    [people], [wechat_sign_in], [official_account], [invoices], [map].
    Raises SettingsUnfit.
    """
    environment = os.environ if environment is None else environment
    file = arguments.get("settings") or environment.get(_PREFIX + "SETTINGS")
    written = _read(Path(str(file))) if file else {}
    beside = Path(str(file)).resolve().parent if file else Path.cwd()
    values: dict[str, Any] = dict(_table(written, "cloud"))
    for one in fields(Settings):
        from_environment = environment.get(_PREFIX + one.name.upper())
        if from_environment:
            values[one.name] = from_environment
        if arguments.get(one.name) is not None:
            values[one.name] = arguments[one.name]
    values = {name: _as_its_kind(name, value) for name, value in values.items()}
    for name, kind in _SECTIONS.items():
        if name in written:
            values[name] = _section(name, kind, _table(written, name), beside)
    _check_own(values)
    if not values.get("database"):
        raise SettingsUnfit(
            mark("No database is given. Add --database sqlite:///cloud.db, or set YOUZHAN_CLOUD_DATABASE.")
        )
    return Settings(**values)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsUnfit(mark("{file} cannot be read: {why}"), file=file, why=error.strerror) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsUnfit(mark("{file} is not TOML: {why}"), file=file, why=error) from error


def _check_own(values: Mapping[str, Any]) -> None:
    """What an example file says in the place of a secret is known to everybody."""
    for name, value in values.items():
        if isinstance(value, str) and _EXAMPLE in value.upper():
            raise SettingsUnfit(
                mark("The setting {name} still says CHANGE-ME. Put something of your own there."), name=name
            )


def _table(written: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = written.get(name, {})
    if not isinstance(table, dict):
        raise SettingsUnfit(mark("[{name}] must be a table of the settings file."), name=name)
    return table


def _as_its_kind(name: str, value: object) -> object:
    kinds: dict[str, type] = {one.name: one.type for one in fields(Settings) if isinstance(one.type, type)}
    if name not in kinds:
        raise SettingsUnfit(mark("There is no setting {name}."), name=name)
    try:
        return kinds[name](value)
    except (TypeError, ValueError) as error:
        raise SettingsUnfit(
            mark("The setting {name} cannot be {value}."), name=name, value=repr(value)
        ) from error


def _section(name: str, kind: type, table: Mapping[str, Any], beside: Path) -> object:
    known = {one.name: one.type for one in fields(kind)}
    missing, extra = known.keys() - table.keys(), table.keys() - known.keys()
    if missing:
        raise SettingsUnfit(mark("[{name}] lacks {keys}."), name=name, keys=", ".join(sorted(missing)))
    if extra:
        raise SettingsUnfit(mark("[{name}] does not know {keys}."), name=name, keys=", ".join(sorted(extra)))
    values: dict[str, Any] = {
        key: beside / str(value) if known[key] is Path else str(value) for key, value in table.items()
    }
    _check_own({f"[{name}] {key}": value for key, value in values.items()})
    for key, value in values.items():
        if key in _ADDRESSES and not is_private(value):
            raise SettingsUnfit(
                mark("[{name}]: {key} must begin with https://; plain http goes to this machine alone."),
                name=name,
                key=key,
            )
        if isinstance(value, Path) and not value.is_file():
            raise SettingsUnfit(
                mark("[{name}]: there is no file {file}, which {key} names."), name=name, key=key, file=value
            )
    return kind(**values)
