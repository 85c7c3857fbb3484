"""The demo's world: simulators, cloud, one paired and laid out station."""

import json
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.resources import resource
from demo.processes import Processes, Program

STATION_NAME = "昆明北站加油站"
STATION_ADDRESS = "昆明市盘龙区北京路 988 号"
# GCJ-02
LATITUDE, LONGITUDE = 25.0715, 102.7262
DRIVER_PHONE = "13888001234"


@dataclass(frozen=True, slots=True)
class DemoMember:
    """A member from before, with what he has."""

    phone: str
    name: str
    plate: str
    paid_fen: int
    bonus_fen: int
    points: int
    has_coupon: bool = True


# Each has a coupon of the anniversary. The first two share a car, so a plate that asks which one can be tried.
MEMBERS = (
    DemoMember("13708712345", "张丽", "云A66L21", 30000, 3000, 1280),
    DemoMember("15987104466", "李建民", "云A66L21", 8000, 0, 240),
    DemoMember("18288307719", "王秀英", "云AD20358", 50000, 8000, 5600),
    # The driver of the story adds his car and claims his coupon himself.
    DemoMember(DRIVER_PHONE, "陈先生", "", 20000, 2000, 860, has_coupon=False),
)
CARD_FEN = 10_000


@dataclass(frozen=True, slots=True)
class World:
    """Where everything is."""

    folder: Path
    processes: Processes
    pump_controller: Program
    printer: Program
    wechat: Program
    alipay: Program
    unionpay: Program
    sms: Program
    cloud: Program
    config: Path
    station_id: str
    campaign_id: str
    counter_coupon: str
    recharge_card: str

    @property
    def site(self) -> str:
        """The cloud's address, where the driver's page is too."""
        return f"http://127.0.0.1:{self.cloud.facts['port']}"

    def sms_code(self, phone: str) -> str:
        """The newest code that the phone received; empty while none has come."""
        sent = get(f"http://127.0.0.1:{self.sms.facts['port']}/control/messages")["messages"]
        texts = [message["text"] for message in sent if message["phone"] == phone]
        return next((word for word in digits_of(texts[-1]) if len(word) == 6), "") if texts else ""

    def controller(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The pump controller's control plane: what hands do at a pump."""
        url = f"http://127.0.0.1:{self.pump_controller.facts['control_port']}{path}"
        return get(url) if body is None else post(url, body)

    def printer_control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The printer's control plane: paper, cover, what came out."""
        url = f"http://127.0.0.1:{self.printer.facts['control_port']}{path}"
        return get(url) if body is None else post(url, body)

    def ledger(self, gateway: Program) -> Any:
        """Ground truth of a payment gateway."""
        return get(f"http://127.0.0.1:{gateway.facts['port']}/control/ledger")


def get(url: str) -> Any:
    """The JSON at an address."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def post(url: str, body: dict[str, Any]) -> Any:
    """The JSON answer to a JSON body."""
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        raw = answer.read()
    return json.loads(raw) if raw else None


def digits_of(text: str) -> list[str]:
    """The runs of digits in a text."""
    return "".join(letter if letter.isdigit() else " " for letter in text).split()


def build_world(
    folder: Path, processes: Processes, *, language: str, theme: str, pace: float, cloud_port: int = 0
) -> World:
    """Start the outside world and the cloud, pair a station, lay it out."""
    keys = folder / "keys"
    database = f"sqlite:///{folder / 'cloud.db'}"
    processes.run("keys", "cloud_api.simulated.keys", str(keys))
    outside = {
        name: processes.start(name, f"cloud_api.simulated.{name}", "--port", "0", "--keys", str(keys))
        for name in ("wechat_pay", "alipay", "unionpay", "sms")
    }
    pumps = processes.start(
        "pump_controller", "core.simulated.pts_controller", "--port", "0", "--pumps", "8", "--pace", str(pace),
        "--state", str(folder / "pump_controller.json"),
    )  # fmt: skip
    printer = processes.start(
        "printer", "core.simulated.receipt_printer", "--port", "0", "--dir", str(folder / "printer"),
        "--font", str(_font()),
    )  # fmt: skip
    for program in (*outside.values(), pumps, printer):
        program.wait_until_ready()
    ports = [f"--{name.split('_')[0]}-port={program.facts['port']}" for name, program in outside.items()]
    processes.run("keys", "cloud_api.simulated.keys", str(keys), *ports)
    settings = ["--settings", str(keys / "cloud-settings.toml"), "--database", database]
    cloud = processes.start(
        "cloud", "cloud_api", "serve", "--port", str(cloud_port), *settings
    ).wait_until_ready()
    station_id, code = _add_station(processes, database)
    config = folder / "station.toml"
    config.write_text(_station_toml(cloud, pumps, printer, language=language, theme=theme), encoding="utf-8")
    station = ("core.station", "--config", str(config))
    processes.run("open", *station, "open", "--plan", str(resource("demo/plan.toml")))
    processes.run("pair", *station, "pair", code)
    campaign, coupon = _add_campaigns(processes, database)
    card = _add_card(processes, database)
    return World(
        folder, processes, pumps, printer, outside["wechat_pay"], outside["alipay"], outside["unionpay"],
        outside["sms"], cloud, config, station_id, campaign, coupon, card,
    )  # fmt: skip


def _font() -> Path:
    return next(iter(sorted(resource("fonts").glob("*Regular*.ttf"))))


def _add_station(processes: Processes, database: str) -> tuple[str, str]:
    printed = processes.keep_cloud("station", "add", "--name", STATION_NAME, "--address", STATION_ADDRESS,
        "--lat", str(LATITUDE), "--lng", str(LONGITUDE), "--database", database,
    )  # fmt: skip
    return _said(printed, "station"), _said(printed, "pairing-code")


def _said(printed: str, what: str) -> str:
    return next(line.split()[1] for line in printed.splitlines() if line.startswith(what + " "))


def _add_campaigns(processes: Processes, database: str) -> tuple[str, str]:
    """A campaign that drivers claim on the phone, and one whose printed coupon is used at the counter."""
    claimed = processes.keep_cloud("campaign", "add", "--title", "新客满200减15", "--kind", "amount_off",
        "--off-fen", "1500", "--threshold-fen", "20000", "--stock", "200", "--days", "30", "--database", database,
    )  # fmt: skip
    campaign = _said(claimed, "campaign")
    printed = processes.keep_cloud("campaign", "add", "--title", "店庆满100减8", "--kind", "amount_off",
        "--off-fen", "800", "--threshold-fen", "10000", "--stock", "500", "--days", "30", "--database", database,
    )  # fmt: skip
    second = _said(printed, "campaign")
    issued = processes.keep_cloud(
        "coupon", "issue", "--campaign", second, "--count", "5", "--database", database
    )
    for member in MEMBERS:
        processes.keep_cloud("member", "add", "--phone", member.phone, "--name", member.name,
            *(["--plate", member.plate] if member.plate else []),
            *(["--campaign", second] if member.has_coupon else []), "--fen", str(member.paid_fen), "--bonus-fen", str(member.bonus_fen),
            "--points", str(member.points), "--database", database,
        )  # fmt: skip
    return campaign, issued.split()[0]


def _add_card(processes: Processes, database: str) -> str:
    """The code of a recharge card that was just sold."""
    printed = processes.keep_cloud("card", "make", "--title", "店庆充值卡", "--face-fen", str(CARD_FEN), "--count", "1",
        "--active", "--database", database,
    )  # fmt: skip
    return printed.split()[1]


def _station_toml(cloud: Program, pumps: Program, printer: Program, *, language: str, theme: str) -> str:
    return f"""[station]
name = "{STATION_NAME}"
address = "{STATION_ADDRESS}"
latitude = {LATITUDE}
longitude = {LONGITUDE}

[database]
url = "sqlite:///station.db"

[pumps]
kind = "pts"
address = "http://127.0.0.1:{pumps.facts["port"]}"

[gauge]
kind = "pts"

[printer]
kind = "network"
address = "127.0.0.1:{printer.facts["port"]}"

[cloud]
url = "http://127.0.0.1:{cloud.facts["port"]}"

[screen]
language = "{language}"
theme = "{theme}"
lock_after_seconds = 0
forecourt_lock_after_seconds = 0
"""
