"""Controllers that speak HTTP: one POST, one answer (requests)."""

import logging
import threading
import time
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from core.devices.links.link import AnswerMissing, LoginRefused, NotReached

if TYPE_CHECKING:
    import requests

_log = logging.getLogger(__name__)

LARGEST_ANSWER = 1_000_000  # bytes; forty pumps answer with fewer than fifty thousand


class HttpLink:
    """Asks a controller at an address. Every question has its own connection, so any thread may ask at any time.

    A controller that closes after every answer gains nothing from a kept connection, and a stop never queues behind a
    poll. With https and neither `verify_tls` nor `fingerprint`, the certificate seen first is the one that is trusted
    for as long as the program runs.
    """

    def __init__(
        self,
        address: str,
        *,
        path: str = "/jsonPTS",
        user: str = "",
        password: str = "",
        auth: Literal["digest", "basic"] = "digest",
        verify_tls: bool = False,
        fingerprint: str = "",
        connect_seconds: float = 2.0,
        answer_seconds: float = 3.0,
    ) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"the controller's address must look like http://192.168.1.117, not {address!r}")
        self._host, self._port = parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
        self._url = address.rstrip("/") + path
        self._pinned = parts.scheme == "https" and (bool(fingerprint) or not verify_tls)
        self._fingerprint = fingerprint
        self._credentials = (user, password, auth)
        self._limits = (connect_seconds, answer_seconds)
        self._lock = threading.Lock()
        self._auth: requests.auth.AuthBase | None = None

    def ask(self, question: bytes) -> bytes:
        """The answer to this question. Raises NotReached, AnswerMissing or LoginRefused."""
        import requests

        with self._session() as session:
            try:
                response = session.post(
                    self._url,
                    data=question,
                    headers={"Content-Type": "application/json; charset=utf-8", "Connection": "close"},
                    timeout=self._limits,
                    stream=True,
                    allow_redirects=False,
                )
            except requests.RequestException as failure:
                raise _named(failure) from failure
            except (KeyError, UnicodeError) as challenge:  # requests trips over a challenge that is not one
                raise LoginRefused("the controller asks for a login in a way that is none") from challenge
            with response:
                _check_status(response)
                return self._body(response)

    def _session(self) -> "requests.Session":
        import requests

        session = requests.Session()
        session.trust_env = False  # a proxy for the Internet has no business between the till and its pumps
        if self._pinned:
            from core.devices.links.certificate import PinnedAdapter

            session.mount("https://", PinnedAdapter(self._trusted_fingerprint()))
        session.auth = self._login()
        return session

    def _login(self) -> "requests.auth.AuthBase | None":
        from requests.auth import HTTPBasicAuth, HTTPDigestAuth

        user, password, kind = self._credentials
        with self._lock:
            if self._auth is None and user:
                self._auth = (
                    HTTPBasicAuth(user, password) if kind == "basic" else HTTPDigestAuth(user, password)
                )
            return self._auth

    def _trusted_fingerprint(self) -> str:
        from core.devices.links.certificate import shown_by

        with self._lock:
            if not self._fingerprint:
                try:
                    self._fingerprint = shown_by(self._host, self._port, self._limits[0])
                except OSError as error:
                    raise NotReached(str(error)) from error
                _log.info(
                    "the pump controller shows the certificate %s; it is trusted from now on",
                    self._fingerprint,
                )
            return self._fingerprint

    def _body(self, response: "requests.Response") -> bytes:
        import requests

        received = bytearray()
        latest = time.monotonic() + self._limits[1]
        try:
            for piece in response.iter_content(16_384):
                received += piece
                if len(received) > LARGEST_ANSWER or time.monotonic() > latest:
                    raise AnswerMissing("the answer is too long or too slow")
        except requests.RequestException as failure:
            raise AnswerMissing(str(failure)) from failure
        return bytes(received)


def _check_status(response: "requests.Response") -> None:
    status = response.status_code
    if status in {401, 403}:
        raise LoginRefused(f"HTTP {status}")
    if 400 <= status < 500:
        raise NotReached(f"HTTP {status}: is the address right?")
    if status != 200:
        raise AnswerMissing(f"HTTP {status}")


def _named(failure: "requests.RequestException") -> NotReached | AnswerMissing:
    """Tell a connection that never stood from one that was lost with the question under way."""
    import requests
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    if isinstance(failure, requests.ConnectTimeout | requests.exceptions.SSLError):
        return NotReached(str(failure))
    reason = failure.args[0] if failure.args else None
    if isinstance(reason, MaxRetryError) and isinstance(reason.reason, NewConnectionError):
        return NotReached(str(failure))
    return AnswerMissing(str(failure))
