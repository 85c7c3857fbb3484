"""One simulated pump: its hoses, what it is promised, and the fill that runs."""

from dataclasses import dataclass, field
from datetime import datetime


class NotPossible(Exception):
    """A hand at the pump wants what this pump cannot do now."""


@dataclass(slots=True)
class Hose:
    grade: int
    price_li: int
    counter_ml: int = 0
    money_fen: int = 0


@dataclass(slots=True)
class Preset:
    kind: str  # MONEY, VOLUME or FULL
    limit: int  # fen, or millilitres
    hoses: dict[int, int | None]  # hose -> a price of its own in li
    payment: str = ""
    lock: str = ""


@dataclass(slots=True)
class Flow:
    hose: int
    price_li: int
    started: datetime | None  # None where nothing flowed
    preset: Preset | None
    volume_ml: int = 0
    controlled: bool = True

    @property
    def amount_fen(self) -> int:
        return (self.price_li * self.volume_ml + 5_000) // 10_000


@dataclass(slots=True)
class Pump:
    number: int
    hoses: dict[int, Hose]
    state: str = "IDLE"
    part: str = ""
    hose_up: int = 0
    preset: Preset | None = None
    flow: Flow | None = None
    stopped: bool = False
    seen: list[str] = field(default_factory=list)

    def fields(self, *, marks: bool) -> dict[str, object]:
        """What a state says of the pump."""
        preset = self.preset or (self.flow.preset if self.flow else None)
        told: dict[str, object] = {"SU": "STOPPED" if self.stopped else self.part, "ST": self.state}
        told["PR"] = (
            "0.00" if preset is None else f"{preset.limit / (100 if preset.kind == 'MONEY' else 1000):.2f}"
        )
        if self.hose_up:
            told["HO"] = self.hose_up
        if preset is not None:
            told["PR_HO"] = ",".join(str(hose) for hose in preset.hoses)
            if marks:
                told["PAY_IN"] = preset.payment
        told["HN"] = len(self.hoses)
        return told

    def promise(self, preset: Preset) -> str:
        """Take a preset; the words of a no, empty for a yes."""
        if self.stopped:
            return "PUMP STOPPED"
        if self.state not in {"IDLE", "CALLING"} or self.preset is not None:
            return f"PUMP IS {self.state}"
        if not preset.hoses or not set(preset.hoses) <= set(self.hoses):
            return "NO SUCH HOSE"
        if preset.limit <= 0 and preset.kind != "FULL":
            return "BAD VALUE"
        self.preset = preset
        self.part = {"MONEY": "MONEY_PRESET", "VOLUME": "VOLUME_PRESET"}.get(preset.kind, "AUTHORIZATION")
        if self.hose_up and self.hose_up in preset.hoses:
            self.state = "STARTING"
        else:
            self.state = "AUTHORIZED"
        return ""

    def clear_preset(self) -> bool:
        """Take it back, while nothing flows."""
        if self.preset is None or self.state not in {"IDLE", "CALLING", "AUTHORIZED", "STARTING"}:
            return False
        self.preset, self.part = None, ""
        self.state = "CALLING" if self.hose_up else "IDLE"
        return True

    def lift(self, hose: int) -> None:
        if self.hose_up or hose not in self.hoses or self.state in {"CLOSED", "ERROR"}:
            raise NotPossible(f"hose {hose} of pump {self.number} cannot be lifted")
        self.hose_up = hose
        if self.preset is not None and not self.stopped:
            self.state = "STARTING" if hose in self.preset.hoses else "CALLING"
        else:
            self.state = "CALLING"

    def pour(self, millilitres: int, now: datetime, *, overrun_ml: int = 0) -> bool:
        """Let fuel flow, at most to the preset; whether the limit is reached."""
        if self.stopped or not self.hose_up or self.state not in {"STARTING", "FUELLING"}:
            raise NotPossible(f"nothing can flow at pump {self.number}: it is {self.state}")
        hose = self.hoses[self.hose_up]
        if self.flow is None:
            preset = self.preset
            price = (preset.hoses.get(self.hose_up) if preset else None) or hose.price_li
            self.flow, self.preset, self.state = Flow(self.hose_up, price, now, preset), None, "FUELLING"
        flow, before = self.flow, self.flow.volume_ml
        flow.volume_ml = before + millilitres
        most = _most(flow)
        full = most is not None and flow.volume_ml >= most
        if full and most is not None:
            flow.volume_ml = most + overrun_ml
        hose.counter_ml += flow.volume_ml - before
        return full

    def pause(self) -> bool:
        if self.state not in {"STARTING", "FUELLING"}:
            return False
        self.state = "PAUSED"
        return True

    def go_on(self) -> bool:
        if self.state != "PAUSED" or self.stopped:
            return False
        self.state = "FUELLING" if self.flow else "STARTING"
        return True

    def stop(self) -> None:
        self.stopped = True
        if self.state in {"STARTING", "FUELLING"}:
            self.state = "PAUSED"
        elif self.preset is not None:
            self.clear_preset()

    def hang_up(self) -> Flow | None:
        """Put the hose back; the fill that this ends, where one ran."""
        if not self.hose_up:
            raise NotPossible(f"no hose of pump {self.number} is up")
        flow, self.flow = self.flow, None
        if flow is None and self.state in {"STARTING", "PAUSED"} and self.preset is not None:
            hose = self.hoses[self.hose_up]
            flow = Flow(self.hose_up, hose.price_li, None, self.preset)
        self.hose_up, self.preset, self.part, self.state = 0, None, "", "IDLE"
        if flow is not None:
            self.hoses[flow.hose].money_fen += flow.amount_fen
        return flow


def _most(flow: Flow) -> int | None:
    preset = flow.preset
    if preset is None or preset.kind == "FULL":
        return None
    if preset.kind == "VOLUME":
        return preset.limit
    # The pump stops at the money: litres as it shows them, to 0.01 L.
    return (preset.limit * 1_000 * 10 // flow.price_li + 5) // 10 * 10
