"""What goes wrong on request: silence, lost or half answers, slowness, a restart, and answers out of their shape.

"drip" sends an answer byte by byte over its seconds; "twice" answers each packet twice; "spelled" writes numbers as text,
as the vendor's own examples do; "strange" answers with a type that nobody knows; "swollen" sends a quarter of a megabyte.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass

from core.simulated.pts_controller.messages import Packet

WIRE_FAULTS = ("silent", "lose_reply", "slow", "garbage", "drip", "twice", "spelled", "strange", "swollen")
DEFAULT_COUNT = {kind: None if kind in {"silent", "slow"} else 1 for kind in WIRE_FAULTS}


@dataclass(slots=True)
class Fault:
    kind: str
    count: int | None
    """How many messages it still spoils; None for all until it is taken away."""
    pump: int | None = None
    type: str | None = None
    seconds: float = 3.0

    def meets(self, packets: Iterable[Packet] | None) -> bool:
        """Whether it spoils this message; without packets, whether it spoils every one, before it is even read."""
        deaf = self.kind == "silent" and self.pump is None and self.type is None
        if packets is None or deaf:
            return deaf and packets is None
        return any(
            (self.pump is None or packet.pump == self.pump)
            and (self.type is None or packet.type == self.type)
            for packet in packets
        )


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        if fault.kind not in WIRE_FAULTS:
            raise ValueError(f"a fault is one of {', '.join(WIRE_FAULTS)}, not {fault.kind}")
        with self._lock:
            self._planned.append(fault)

    def clear(self, pump: int | None = None) -> None:
        with self._lock:
            self._planned = [f for f in self._planned if pump is not None and f.pump != pump]

    def strike(self, packets: list[Packet] | None) -> Fault | None:
        """The fault that spoils this message, counted down, or None. Asked before reading it, and then with it."""
        with self._lock:
            for fault in self._planned:
                if fault.meets(packets):
                    if fault.count is not None:
                        fault.count -= 1
                        if fault.count <= 0:
                            self._planned.remove(fault)
                    return fault
        return None
