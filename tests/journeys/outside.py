"""The world around a station as real processes: printer, payment gateways, text messages, the cloud. Built once a run."""

import json
import threading
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from cloud_api.clock import SystemClock
from cloud_api.database import Database
from cloud_api.keeping import Keeping
from cloud_api.ledger import book
from cloud_api.ledger.book import Kind
from cloud_api.members.codes import MemberCodes
from cloud_api.settings import Settings
from cloud_api.wallets.service import balance_of
from demo.processes import Processes, Program

PROJECT = Path(__file__).parents[2]
PATIENCE_SECONDS = 20.0


def eventually(true: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """What the call gives once it is something true. Fails after the seconds, saying what it waited for."""
    limit = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < limit, f"not within {seconds:.0f} s: {what}"
        threading.Event().wait(0.02)
    return found


class Outside:
    """All that is not the station. Pump controllers are a test's own: `new_pumps`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.http = httpx.Client(timeout=20, trust_env=False)
        self.processes = Processes(folder, {"PYTHONPATH": str(PROJECT), "QT_QPA_PLATFORM": "offscreen"})
        self.keys = folder / "keys"
        self.cloud_file = folder / "cloud.db"
        self._counted = 0

    def begin(self) -> None:
        """Start everything and wait until it listens."""
        start, keys = self.processes.start, ("--keys", str(self.keys))
        self.processes.run("keys", "cloud_api.simulated.keys", str(self.keys))
        self.wechat = start("wechat_pay", "cloud_api.simulated.wechat_pay", "--port", "0", *keys)
        self.alipay = start("alipay", "cloud_api.simulated.alipay", "--port", "0", *keys)
        self.unionpay = start("unionpay", "cloud_api.simulated.unionpay", "--port", "0", *keys)
        self.sms = start("sms", "cloud_api.simulated.sms", "--port", "0", *keys)
        self.printer = start(
            "printer", "core.simulated.receipt_printer", "--port", "0", "--dir", str(self.folder / "printer")
        )
        for program in (self.wechat, self.alipay, self.unionpay, self.sms, self.printer):
            program.wait_until_ready()
        self.processes.run(
            "keys", "cloud_api.simulated.keys", str(self.keys),
            f"--wechat-port={self.wechat.facts['port']}", f"--alipay-port={self.alipay.facts['port']}",
            f"--sms-port={self.sms.facts['port']}", f"--unionpay-port={self.unionpay.facts['port']}",
        )  # fmt: skip
        self.cloud = self._start_cloud(0, {})
        self.cloud_port: int = self.cloud.facts["port"]
        self._database = Database(f"sqlite:///{self.cloud_file}")
        self._keeping = Keeping(self._database, SystemClock(), Settings(database=""))

    def end(self) -> None:
        """Stop everything."""
        self.http.close()
        self._database.close()
        self.processes.end()

    # --- the cloud -----------------------------------------------------------------------------------------------------

    @property
    def site(self) -> str:
        """The cloud's address; the same after a restart."""
        return f"http://127.0.0.1:{self.cloud_port}"

    def restart_cloud(self, **settings: object) -> None:
        """Begin again on the same database and address, with other settings if any are named."""
        if self.cloud.process.poll() is None:
            self.cloud.end()
        self.cloud = self._start_cloud(self.cloud_port, settings)

    def _start_cloud(self, port: int, settings: Mapping[str, object]) -> Program:
        file = self.keys / "cloud-settings.toml"
        written = file.read_text(encoding="utf-8")
        named = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
        changed = self.keys / "cloud-settings-changed.toml"
        changed.write_text(f"[cloud]\n{named}\n{written.replace('[cloud]', '')}", encoding="utf-8")
        return self.processes.start(
            "cloud", "cloud_api", "serve", "--port", str(port), "--settings", str(changed),
            "--database", f"sqlite:///{self.cloud_file}",
        ).wait_until_ready()  # fmt: skip

    def add_station(self) -> tuple[str, str]:
        """A new station's id and its pairing code."""
        asked = Namespace(name="昆明北站加油站", address="北京路 988 号", lat=25.0715, lng=102.7262)
        station, code = (line.split()[1] for line in self._keeping.add_station(asked))
        return station, code

    def issue_coupon(self, **terms: Any) -> str:
        """A new coupon's code: eight yuan off a hundred, unless told otherwise."""
        usual = {
            "title": "店庆满100减8", "kind": "amount_off", "off_fen": 800, "percent": 0, "off_li": 0,
            "threshold_fen": 10_000, "cap_fen": None, "stock": 100, "days": 30, "grade": [], "station": [],
        }  # fmt: skip
        campaign = self._keeping.add_campaign(Namespace(**{**usual, **terms}))[0].split()[1]
        return self._keeping.issue_coupons(Namespace(campaign=campaign, count=1))[0]

    def add_member(self, phone: str, *, fen: int = 0, points: int = 0) -> str:
        """A member's id."""
        asked = Namespace(
            phone=phone, name="张女士", plate=[], fen=fen, bonus_fen=0, points=points, campaign=[]
        )
        return self._keeping.add_member(asked)[0].split()[1]

    def member_code(self, member: str) -> str:
        """What the member's phone shows."""
        codes = MemberCodes(SystemClock())
        return self._database.write_now(
            lambda work: codes.issue(work.connection, member, timedelta(minutes=1))[0]
        )

    def points_of(self, member: str) -> int:
        """As the cloud's ledger has it."""
        return self._database.read_now(lambda connection: book.balance(connection, Kind.POINTS, member))

    def wallet_of(self, member: str) -> int:
        """In fen, as the cloud's ledger has it."""
        return self._database.read_now(lambda connection: balance_of(connection, member).fen)

    def ledger_faults(self) -> list[str]:
        """What is wrong with the cloud's ledger."""
        return self._database.read_now(book.faults)

    def recharge_card(self, fen: int) -> str:
        """The code of a card that was just sold."""
        asked = Namespace(title="店庆卡", face_fen=fen, count=1, active=True)
        return self._keeping.make_cards(asked)[0].split()[1]

    # --- the gateways, the printer, the text messages --------------------------------------------------------------------

    def control(self, program: Program, path: str, body: Mapping[str, object] | None = None) -> Any:
        """Ask a simulator's control plane."""
        port = program.facts.get("control_port") or program.facts["port"]
        url = f"http://127.0.0.1:{port}/control/{path}"
        answer = self.http.get(url) if body is None else self.http.post(url, json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def gateway(self, provider: str) -> Program:
        """The gateway of a payment provider."""
        return {"wechat": self.wechat, "alipay": self.alipay, "unionpay": self.unionpay}[provider]

    def ledger(self) -> dict[str, dict[str, Any]]:
        """Every payment as the gateways know it, by its id."""
        gateways = (self.wechat, self.alipay, self.unionpay)
        return {
            row["payment_id"]: row for each in gateways for row in self.control(each, "ledger")["payments"]
        }

    def payer_code(self, ending: str = "99", provider: str = "wechat") -> str:
        """A fresh payment code; its last two digits tell the gateway how to behave."""
        self._counted += 1
        return (
            {"wechat": "13", "alipay": "28", "unionpay": "620"}[provider]
            + f"{time.time_ns() % 10**10 * 10**4 + self._counted:014d}"
            + ending
        )

    def printed(self) -> list[dict[str, Any]]:
        """Everything that came out of the printer."""
        return [job for job in self.control(self.printer, "jobs") if job.get("state") != "held"]

    def new_pumps(self, name: str, pace: float) -> Program:
        """A pump controller of one's own."""
        return self.processes.start(
            f"pumps-{name}", "core.simulated.pts_controller", "--port", "0", "--pumps", "8", "--pace", str(pace),
            "--state", str(self.folder / f"pumps-{name}.json"),
        ).wait_until_ready()  # fmt: skip
