"""What the controller writes on its SD card: one record a finished transaction."""

from dataclasses import dataclass, field
from datetime import datetime

_LOOKED_THROUGH = 1000  # "limited to 1000 last records"


@dataclass
class Record:
    """A line of ReportPumpTransactions. Volume in millilitres, money in fen, price in li."""

    pump: int
    nozzle: int
    number: int
    volume: int
    amount: int
    price: int
    volume_counter: int
    amount_counter: int
    began: datetime
    ended: datetime
    user: str
    offline: bool = False


@dataclass
class Card:
    """Records in the order in which they were written."""

    records: list[Record] = field(default_factory=list)
    present: bool = True

    def keep(self, record: Record) -> None:
        """Write it, where a card is in."""
        if self.present:
            self.records.append(record)

    def find(self, pump: int, number: int) -> Record | None:
        """The newest of that number, or of the pump where the number is 0."""
        for record in reversed(self.records[-_LOOKED_THROUGH:]):
            if record.pump == pump and number in {0, record.number}:
                return record
        return None

    def between(self, pump: int, number: int, since: datetime, until: datetime) -> list[Record]:
        """Those that ended in this time, both ends included."""
        return [
            record
            for record in self.records
            if pump in {0, record.pump} and number in {0, record.number} and since <= record.ended <= until
        ]
