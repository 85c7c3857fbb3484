"""A puppet's window seen from the story: click, type, wait for what should show."""

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from demo.processes import Program

_PATIENCE_SECONDS = 20.0


class NotShown(AssertionError):
    """The window never came to show what the story waits for."""


class Window:
    """The real window of a till or a manager's desk in another process."""

    def __init__(self, program: Program, screens: Path) -> None:
        self.program = program
        self._screens = screens
        self._socket = socket.create_connection(("127.0.0.1", program.facts["port"]), timeout=40)
        self._file = self._socket.makefile("rwb")

    def close(self) -> None:
        """Let go of the hands; the window stays."""
        self._file.close()
        self._socket.close()

    def click(self, name: str) -> None:
        """Click once it is there and enabled."""
        self._until(lambda: self._ask(do="click", name=name), f"{name} can be clicked")

    def press(self, name: str) -> bool:
        """Click if it is there and enabled now; whether it was."""
        try:
            self._ask(do="click", name=name)
        except NotShown:
            return False
        return True

    def type(self, name: str, text: str, *, enter: bool = False) -> None:
        """Type into it on the keyboard, and press Enter if asked; without Enter, wait until it stands there."""
        self._until(lambda: self._ask(do="type", name=name, text=text, enter=enter), f"{name} takes text")
        if not enter:
            self.wait_for(name, text)

    def key(self, key: str) -> None:
        """Press a key, "F3"."""
        self._ask(do="key", key=key)

    def text(self, name: str) -> str:
        """What it says now."""
        return str(self._ask(do="state", name=name)["text"])

    def visible(self, name: str) -> bool:
        """Whether it shows now."""
        return bool(self._ask(do="state", name=name)["visible"])

    def names(self, prefix: str) -> list[str]:
        """What shows under names that begin so."""
        return list(self._ask(do="names", prefix=prefix))

    def wait_for(self, name: str, containing: str = "", seconds: float = _PATIENCE_SECONDS) -> str:
        """Wait until it shows and says this; what it says."""

        def seen() -> str:
            state = self._ask(do="state", name=name)
            if not state["visible"] or containing not in state["text"]:
                raise NotShown(f"{name}: {state}")
            return str(state["text"])

        return str(self._until(seen, f"{name} shows {containing!r}", seconds))

    def wait_for_name(self, prefix: str, seconds: float = _PATIENCE_SECONDS) -> str:
        """Wait until something whose name begins so shows; its name."""

        def seen() -> str:
            names = self.names(prefix)
            if not names:
                raise NotShown(prefix)
            return names[0]

        return str(self._until(seen, f"something called {prefix}… shows", seconds))

    def picture(self, name: str) -> None:
        """Keep how the window looks now."""
        self._ask(do="grab", path=str(self._screens / f"{name}.png"))

    def _until(self, call: Callable[[], Any], what: str, seconds: float = _PATIENCE_SECONDS) -> Any:
        limit = time.monotonic() + seconds
        while True:
            try:
                return call()
            except NotShown as error:
                if time.monotonic() > limit:
                    self._ask(do="grab", path=str(self._screens / "failed.png"))
                    raise NotShown(
                        f"{self.program.name}: not within {seconds:.0f} s: {what} ({error})"
                    ) from error
            time.sleep(0.05)

    def _ask(self, **order: Any) -> Any:
        self._file.write(json.dumps(order).encode() + b"\n")
        self._file.flush()
        line = self._file.readline()
        if not line:
            raise NotShown(f"{self.program.name} is gone")
        answer = json.loads(line)
        if not answer["ok"]:
            raise NotShown(answer["why"])
        return answer["value"]
