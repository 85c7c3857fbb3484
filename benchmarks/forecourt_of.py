"""A simulated controller with any number of pumps, and hands at them."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.processes import Processes


@dataclass(frozen=True, slots=True)
class Hands:
    """What people do at the pumps, by the simulator's other door."""

    address: str

    def at(self, pump: int, deed: str, **how: object) -> None:
        """Lift, fill, hang up, serve."""
        self._ask(f"pumps/{pump}/{deed}", json.dumps(how).encode())

    def pumps(self) -> list[dict[str, Any]]:
        """How every pump stands."""
        told: list[dict[str, Any]] = self._ask("pumps", None)
        return told

    def _ask(self, path: str, body: bytes | None) -> Any:
        with urllib.request.urlopen(f"{self.address}/control/{path}", body, timeout=10) as answer:
            return json.load(answer)


@contextmanager
def forecourt_of(folder: Path, pumps: int, *, pace: float) -> Iterator[tuple[str, Hands]]:
    """The settings that lead to a controller of so many pumps with two nozzles each, and hands at them."""
    site = folder / "site.json"
    site.parent.mkdir(parents=True, exist_ok=True)
    site.write_text(
        json.dumps({"pumps": [{"id": number, "nozzles": [1, 2]} for number in range(1, pumps + 1)]})
    )
    processes = Processes(folder, {})
    try:
        controller = processes.start(
            "pump_controller", "core.simulated.pts_controller", "--port", "0", "--config", str(site),
            "--pace", str(pace),
        ).wait_until_ready()  # fmt: skip
        settings = f'[pumps]\nkind = "pts"\naddress = "http://127.0.0.1:{controller.facts["port"]}"\n'
        yield settings, Hands(f"http://127.0.0.1:{controller.facts['control_port']}")
    finally:
        processes.end()
