"""The whole simulated controller, put together, started and stopped."""

import ssl
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from core.simulated.pts_controller.access import Access
from core.simulated.pts_controller.certificate import write_self_signed
from core.simulated.pts_controller.clock import Clock, SystemClock
from core.simulated.pts_controller.control import ControlServer
from core.simulated.pts_controller.faults import Faults
from core.simulated.pts_controller.forecourt import Forecourt
from core.simulated.pts_controller.site import Site
from core.simulated.pts_controller.wire import Wire, WireServer


@dataclass(frozen=True, slots=True)
class Options:
    host: str = "127.0.0.1"
    port: int = 0
    control_port: int = 0
    https: bool = False
    authentication: str = "digest"
    pace: float = 1.0
    chunked: bool = False
    nonce_seconds: float = 300.0
    state: Path | None = None


class Controller:
    def __init__(self, site: Site, options: Options, clock: Clock | None = None) -> None:
        self._options = options
        self._clock = clock or SystemClock()
        self._folder = tempfile.TemporaryDirectory(prefix="pts-")
        self.certificate: Path | None = None
        self.forecourt = Forecourt(site, self._clock, options.pace, options.state)
        self._access = Access(site.users, options.authentication, self._clock, options.nonce_seconds)
        self._wire = Wire(self.forecourt, self._access, Faults(), options.chunked)
        self._server = WireServer((options.host, options.port), self._wire, self._tls())
        self._control = ControlServer(options.control_port, self._wire, self.restart)
        self._threads: list[threading.Thread] = []
        self._restart: threading.Timer | None = None

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def control_port(self) -> int:
        return int(self._control.server_address[1])

    def start(self, ticking: bool = True) -> None:
        """Open both doors. Without ticking the pumps' time passes only by `forecourt.advance`."""
        if ticking:
            self.forecourt.start()
        for server in (self._server, self._control):
            thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Close both doors, write everything down. Safe to call once, after start."""
        self._wire.stopping.set()
        if self._restart is not None:
            self._restart.cancel()
            self._restart.join()
        for server in (self._server, self._control):
            server.shutdown()
        for thread in self._threads:
            thread.join()
        for server in (self._server, self._control):
            server.server_close()
        self.forecourt.stop()
        self._folder.cleanup()

    def restart(self, seconds: float) -> None:
        """Be gone for a while and come back with no memory of logins, locks and answers under way; the pumps go on."""
        self._wire.restarting.set()
        self._access.forget_nonces()
        with self.forecourt.lock:
            self.forecourt.forget_what_restarting_loses()
        self._restart = threading.Timer(seconds, self._wire.restarting.clear)
        self._restart.start()

    def wait_until_back(self) -> None:
        """Return when a restart under way is over."""
        if self._restart is not None:
            self._restart.join()

    def _tls(self) -> ssl.SSLContext | None:
        if not self._options.https:
            return None
        self.certificate, key = write_self_signed(Path(self._folder.name), self._clock.now())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.certificate, key)
        return context
