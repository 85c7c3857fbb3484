"""Controllers that speak HTTP: one POST, one answer (requests)."""

import logging
import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.devices.links.http_login import HttpLogin, LoginKind
from core.devices.links.link import AnswerMissing, LoginRefused, NotReached, QuestionUnwelcome

if TYPE_CHECKING:
    import requests

_log = logging.getLogger(__name__)

LARGEST_ANSWER = 1_000_000  # bytes; forty pumps answer with fewer than fifty thousand
_LOGIN_TRIES = 4  # more than two only while the controller says that nothing but the nonce was wrong
_METHOD = "POST"


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
        auth: LoginKind = "auto",
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
        self._path = urlsplit(self._url).path
        self._login = HttpLogin(user, password, auth)
        self._limits = (connect_seconds, answer_seconds)
        self._lock = threading.Lock()

    def ask(self, question: bytes) -> bytes:
        """The answer to this question. Raises NotReached, AnswerMissing or LoginRefused."""
        with self._session() as session:
            login = self._login.header(_METHOD, self._path)
            for tried in range(_LOGIN_TRIES):
                with self._posted(session, question, login) as response:
                    if response.status_code != 401:
                        _check_status(response)
                        return self._body(response)
                    challenges = response.raw.headers.getlist("WWW-Authenticate")
                login, was_stale = self._login.answer(challenges, _METHOD, self._path)
                if tried and not was_stale:
                    break  # a fresh challenge was answered: it is the user or the password
        raise LoginRefused("the controller does not accept the user or the password")

    def _posted(self, session: "requests.Session", question: bytes, login: str | None) -> "requests.Response":
        import requests

        headers = {"Content-Type": "application/json; charset=utf-8", "Connection": "close"}
        if login is not None:
            headers["Authorization"] = login
        try:
            return session.post(
                self._url,
                data=question,
                headers=headers,
                timeout=self._limits,
                stream=True,
                allow_redirects=False,
            )
        except requests.RequestException as failure:
            raise _named(failure) from failure
        except UnicodeError as header:  # a header of the answer that is not one
            raise AnswerMissing("the answer's head cannot be read") from header

    def _session(self) -> "requests.Session":
        import requests

        session = requests.Session()
        session.trust_env = False  # a proxy for the Internet has no business between the till and its pumps
        if self._pinned:
            from core.devices.links.certificate import PinnedAdapter

            session.mount("https://", PinnedAdapter(self._trusted_fingerprint()))
        return session

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
    if status in {400, 413}:
        raise QuestionUnwelcome(f"HTTP {status}")
    if 300 <= status < 500:
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
