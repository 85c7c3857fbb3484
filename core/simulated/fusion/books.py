"""The controller's books: every sale under a number that never comes twice, who locked it, and whether it is settled."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


@dataclass(slots=True)
class Sale:
    number: int
    pump: int
    hose: int
    grade: int
    volume_ml: int
    amount_fen: int
    price_li: int
    started: datetime
    ended: datetime
    counter_before_ml: int
    counter_after_ml: int
    money_after_fen: int
    payment: str
    lock: str
    kind: int = 1
    settled_by: str = ""

    def fields(self, *, marks: bool, place: str = "") -> dict[str, object]:
        """The sale as the controller tells it, in a list with its place after each name."""
        begun = self.started.astimezone(CHINA)
        over = self.ended.astimezone(CHINA)
        told: dict[str, object] = {
            "SA": self.number,
            "PM": self.pump,
            "HO": self.hose,
            "GR": self.grade,
            "VO": f"{self.volume_ml / 1000:.3f}",
            "AM": f"{self.amount_fen / 100:.2f}",
            "PU": f"{self.price_li / 1000:.3f}",
            "TY": self.kind,
            "DA": f"{over:%Y%m%d}",
            "TI": f"{over:%H%M%S}",
            "SDA": f"{begun:%Y%m%d}",
            "STI": f"{begun:%H%M%S}",
            "LV": 1,
            "IVO": f"{self.counter_before_ml / 1000:.3f}",
            "FVO": f"{self.counter_after_ml / 1000:.3f}",
            "FM": f"{self.money_after_fen / 100:.2f}",
            "FCR": "NormalCompletion" if self.volume_ml else "ZeroFilling",
            "LID": self.lock if marks else "",
            "PAY_TY": self.settled_by,
            "PAY_IN": self.payment if marks else "",
        }
        return {f"{name}{place}": value for name, value in told.items()}
