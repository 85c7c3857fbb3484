"""At the day's end: what the bookkeeper wrote down against station, pumps, payment gateways, cloud and every paper."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from statistics import quantiles
from typing import Any

from demo import books
from demo.day import papers
from demo.day.bookkeeper import COUPON_OFF
from demo.day.day import Day
from demo.day.errand import GOODS
from demo.day.training import is_training
from demo.expecting import wait_for

_ON_PAPER = {"cash": "现金", "wechat": "微信支付", "alipay": "支付宝", "unionpay": "云闪付", "wallet": "会员余额",
             "recharge_card": "充值卡", "bank_card": "银行卡", "credit": "挂账"}  # fmt: skip


class Audit:
    """Everything that does not agree, in words."""

    def __init__(self, day: Day) -> None:
        self.day, self.world, self.keeper = day, day.world, day.keeper
        self.wrong: list[str] = []

    def same(self, what: str, one: object, other: object) -> None:
        """Note where two books differ."""
        if one != other:
            self.wrong.append(f"{what}: {str(one)[:600]} is not {str(other)[:600]}")

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """From the station's file."""
        return books.station_rows(self.world, query, *values)

    def fen(self, query: str) -> int:
        """One sum."""
        return int(self.rows(query)[0]["fen"] or 0)

    # --- one book after the other -------------------------------------------------------------------------------------------

    def sales(self) -> None:
        """Numbers without a gap, each bill's total, each tender's sum."""
        rows = self.rows(
            "SELECT s.number, s.shift, s.rounding,"
            " (SELECT sum(gross - discount) FROM sale_lines WHERE sale = s.id) - s.rounding AS fen,"
            " (SELECT sum(amount) FROM payments WHERE sale = s.id AND state = 'captured') AS paid"
            " FROM sales s WHERE s.state = 'completed' ORDER BY s.number"
        )
        mine = {bill.number: sum(bill.paid.values()) for bill in self.keeper.bills}
        self.same("sales, station and bookkeeper", {row["number"]: row["fen"] for row in rows}, mine)
        self.same("bills and payments", {row["number"]: row["paid"] or 0 for row in rows}, mine)
        by_day: dict[str, list[int]] = {}
        for row in rows:
            day, number = row["number"].split("-")
            by_day.setdefault(day, []).append(int(number))
        for day, numbers in by_day.items():
            self.same(f"numbers of {day} have no gap", numbers, list(range(1, len(numbers) + 1)))
        tenders = {
            row["tender"]: row["fen"]
            for row in self.rows("SELECT tender, sum(amount) AS fen FROM payments p JOIN sales s ON s.id = p.sale"
                                 " WHERE p.state = 'captured' AND s.state = 'completed' GROUP BY tender HAVING fen <> 0")
        }  # fmt: skip
        self.same("tenders", tenders, dict(self.keeper.by_tender()))
        kept = {row["tender"]: row["fen"] for row in self.rows(
            "SELECT tender, sum(amount) AS fen FROM tender_sums GROUP BY tender HAVING fen <> 0")}  # fmt: skip
        self.same("kept sums of tenders", kept, dict(self.keeper.by_tender()))
        self.same(
            "kept sums of sales",
            self.fen("SELECT sum(gross - discount - rounding) AS fen FROM sale_sums"),
            self.keeper.total,
        )

    def refunds(self) -> None:
        """Every leg of what went back."""
        mine: Counter[str] = Counter()
        for _shift, _number, legs in self.keeper.refunds:
            mine.update(legs)
        rows = self.rows(
            "SELECT tender, sum(amount) AS fen FROM refund_legs WHERE state = 'done' GROUP BY tender"
        )
        self.same(
            "refunds", {row["tender"]: row["fen"] for row in rows}, {t: f for t, f in mine.items() if f}
        )
        kept = self.rows("SELECT tender, sum(amount) AS fen FROM refund_tender_sums GROUP BY tender")
        self.same(
            "kept sums of refunds",
            {row["tender"]: row["fen"] for row in kept},
            {t: f for t, f in mine.items() if f},
        )
        self.same("nothing pending", self.rows("SELECT id FROM refund_legs WHERE state = 'pending'"), [])
        self.same("no payment unclear", self.rows("SELECT id FROM payments WHERE state = 'pending'"), [])
        over = self.rows("SELECT sale FROM refunded_lines WHERE amount > sold OR quantity > sold_quantity")
        self.same("never more than sold", over, [])

    def drawer(self) -> None:
        """F1, shift by shift, and what every count found."""
        rows = self.rows(
            "SELECT number, opening_float, expected_cash, counted_cash, state FROM shifts ORDER BY number"
        )
        for row in rows:
            self.same(
                f"drawer of shift {row['number']}", row["expected_cash"], self.keeper.drawers[row["number"]]
            )
            self.same(f"count of shift {row['number']}", row["counted_cash"], row["expected_cash"])
            self.same(f"shift {row['number']} is closed", row["state"], "closed")
        for row in self.rows("SELECT * FROM shift_counts WHERE expected <> counted"):
            self.wrong.append(
                f"count of {row['tender']}: expected {row['expected']}, counted {row['counted']}"
            )
        self.same("shifts", len(rows), self.keeper.shift)
        self.same("Z reports", len(self.rows("SELECT number FROM z_reports")), len(rows))

    def stock(self) -> None:
        """What is on the shelf."""
        rows = {row["barcode"]: row["stock"] for row in self.rows("SELECT barcode, stock FROM goods")}
        self.same("stock", rows, {barcode: self.keeper.stock[barcode] for barcode in GOODS})

    def pumps(self) -> None:
        """Every fill once, with the pump's own figures; each paid once."""
        truth = {(row["pump"], row["transaction"]): (row["volume_ml"], row["amount_fen"])
                 for row in self.world.controller("/control/ledger")}  # fmt: skip
        fills = books.fills(self.world)
        self.same(
            "fills", {(f["pump"], f["transaction"]): (f["volume_ml"], f["amount_fen"]) for f in fills}, truth
        )
        self.same("no fill twice", len(fills), len(truth))
        self.same("no fill unpaid", [f for f in fills if f["sale"] is None and f["state"] == "unpaid"], [])
        twice = self.rows("SELECT l.fill FROM sale_lines l JOIN sales s ON s.id = l.sale WHERE s.state = 'completed'"
                          " AND l.fill IS NOT NULL GROUP BY l.fill HAVING count(*) > 1")  # fmt: skip
        self.same("no fill sold twice", twice, [])

    def gateways(self) -> None:
        """What payers were charged and got back, at each provider."""
        given: Counter[str] = Counter()
        for _shift, _number, legs in self.keeper.refunds:
            given.update(legs)
        for name, program in (
            ("wechat", self.world.wechat),
            ("alipay", self.world.alipay),
            ("unionpay", self.world.unionpay),
        ):
            ledger = self.world.ledger(program)["payments"]
            net = sum(row["charged_fen"] - row["refunded_fen"] for row in ledger)
            self.same(f"gateway {name}", net, self.keeper.by_tender()[name] - given[name])

    def cloud(self) -> None:
        """Everything was told, once, in order, and nothing was set aside."""
        sent = [
            row["id"] for row in self.rows("SELECT id FROM outbox WHERE state = 'sent' ORDER BY position")
        ]
        taken = [row["id"] for row in books.cloud_rows(
            self.world, "SELECT id FROM station_messages WHERE refusal IS NULL ORDER BY rowid")]  # fmt: skip
        self.same("messages at the cloud", taken, sent)
        self.same("set aside", self.rows("SELECT kind, refusal FROM outbox WHERE state = 'set_aside'"), [])
        told = books.cloud_rows(
            self.world, "SELECT count(*) AS n FROM station_messages WHERE kind = 'sale_completed'"
        )
        self.same("sales told to the cloud", told[0]["n"], len(self.keeper.bills))

    def stored_value(self) -> None:
        """What wallets, recharge cards and points were charged at the cloud, and what came back to them."""
        given: Counter[str] = Counter()
        for _shift, _number, legs in self.keeper.refunds:
            given.update(legs)
        rows = books.cloud_rows(
            self.world,
            "SELECT tender, sum(principal_fen + bonus_fen - refunded_fen) AS fen FROM stored_charges"
            " WHERE state = 'charged' GROUP BY tender",
        )
        taken = self.keeper.by_tender()
        self.same(
            "stored value",
            {row["tender"]: row["fen"] for row in rows},
            {t: taken[t] - given[t] for t in ("wallet", "recharge_card") if taken[t]},
        )
        uses = books.cloud_rows(
            self.world, "SELECT state, sum(spent) AS points FROM point_uses GROUP BY state"
        )
        spent = sum(bill.points for bill in self.keeper.bills)
        self.same(
            "points",
            {row["state"]: row["points"] for row in uses if row["points"]},
            {"redeemed": spent} if spent else {},
        )

    def journal(self) -> None:
        """The chain holds."""
        done = subprocess.run(
            [sys.executable, "-m", "core.station", "--config", str(self.world.config), "verify-journal"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        self.same("verify-journal", done.returncode, 0)

    def receipts(self) -> int:
        """Every receipt, read by the second decoder."""
        found: dict[str, list[papers.Paper]] = {}
        order: list[str] = []
        for file in sorted((self.world.folder / "printer").glob("job-*.bin")):
            try:
                paper = papers.read(file.read_bytes())
            except papers.NotReadable as error:
                self.wrong.append(f"{file.name}: {error}")
                continue
            self._emulated(file.with_suffix(".json"), paper)
            number = paper.after("单号")
            if is_training(paper):
                self.wrong.append(f"{file.name} is of training, which prints nothing here")
                continue
            if "交易小票" in paper.words and number:
                found.setdefault(number, []).append(paper)
                order.append(number)
        for bill in self.keeper.bills:
            sheets = found.get(bill.number, [])
            firsts = [sheet for sheet in sheets if "** 补打" not in sheet.words]
            if not sheets:
                self.wrong.append(f"no receipt of {bill.number}")
                continue
            if len(firsts) != 1 and not self._tries(bill.number):
                self.wrong.append(f"{len(firsts)} first receipts of {bill.number}, {len(sheets)} in all")
            marked = [sheet.words.count("** 补打") for sheet in sheets]
            # What may have come out already when the printer failed or the till was killed is marked as a copy, too.
            if not 0 <= sum(marked) - self.keeper.reprints[bill.number] <= self._tries(bill.number):
                self.wrong.append(
                    f"{sum(marked)} copies of {bill.number}, {self.keeper.reprints[bill.number]} asked for"
                )
            self._paper(bill, sheets[0])
        first_seen = list(dict.fromkeys(order))
        self.same("receipts come out in order", first_seen, sorted(first_seen))
        return sum(len(sheets) for sheets in found.values())

    def _emulated(self, file: Path, paper: papers.Paper) -> None:
        """The emulated printer put the same words on its paper as the second decoder, and nothing ran over the edge."""
        printed = json.loads(file.read_text(encoding="utf-8"))
        lines = [
            [line.strip() for line in words.splitlines() if line.strip()]
            for words in (printed["text"], paper.words)
        ]
        self.same(f"{file.name}, two decoders", *lines)
        self.same(f"{file.name}, errors", (printed["errors"], printed["overflow"]), ([], False))

    def _tries(self, number: str) -> int:
        """How often a receipt was begun anew."""
        rows = self.rows(
            "SELECT j.tries FROM print_jobs j JOIN sales s ON s.id = j.subject WHERE s.number = ?", number
        )
        return sum(max(row["tries"] - 1, 0) for row in rows)

    def _paper(self, bill: Any, paper: papers.Paper) -> None:
        self.same(f"receipt {bill.number}, due", paper.fen("应收"), sum(bill.paid.values()))
        self.same(f"receipt {bill.number}, cuts", paper.cuts, 1)
        if bill.change:
            self.same(f"receipt {bill.number}, change", paper.fen("找零"), bill.change)
        for tender, fen in bill.paid.items():
            self.same(f"receipt {bill.number}, {tender}", sum(paper.fens(_ON_PAPER[tender])), fen)
        if bill.coupon:
            self.same(f"receipt {bill.number}, coupon", paper.fens("优惠券", titled=True), [-COUPON_OFF])
        if bill.points:
            self.same(f"receipt {bill.number}, points", paper.fens("积分抵扣", titled=True), [-bill.points])
        if bill.rounding:
            self.same(f"receipt {bill.number}, rounding", paper.fen("抹零"), -bill.rounding)
        for item in bill.items:
            if item.barcode and item.name not in paper.words:
                self.wrong.append(f"receipt {bill.number} does not name {item.name}")


def compare(day: Day) -> dict[str, Any]:
    """Every book against the bookkeeper's."""
    wait_for(lambda: books.unsent(day.world) == 0, "everything is sent", 60)
    wait_for(lambda: books.unprinted(day.world) == 0, "every paper came out", 60)
    audit = Audit(day)
    for look in (
        audit.sales,
        audit.refunds,
        audit.drawer,
        audit.stock,
        audit.pumps,
        audit.gateways,
        audit.cloud,
        audit.stored_value,
        audit.journal,
    ):
        look()
    receipts = audit.receipts()
    person = day.person
    hands = [whole for whole, _pauses in day.errand.seconds]
    machine = [whole - pauses for whole, pauses in day.errand.seconds]
    return {
        "wrong": [*audit.wrong, *day.errand.troubles, *day.failures],
        "sales": len(day.keeper.bills),
        "refunds": len(day.keeper.refunds),
        "receipts": receipts,
        "kills": day.kills,
        "went": dict(day.went),
        "total_fen": day.keeper.total,
        "seconds_p50_p95": [_middle(hands), _late(hands)],
        "seconds_without_typing_p50_p95": [_middle(machine), _late(machine)],
        "presses_a_sale": round(person.effort.presses / max(len(day.keeper.bills), 1), 1),
        "tabs": person.effort.tabs,
        "moved_focus": dict(Counter(person.effort.moved_focus).most_common(12)),
    }


def _middle(values: list[float]) -> float:
    return round(sorted(values)[len(values) // 2], 2) if values else 0.0


def _late(values: list[float]) -> float:
    return round(quantiles(values, n=20)[-1], 2) if len(values) > 1 else _middle(values)
