"""Controllers that speak HTTP: one POST, one answer.

Python's own client: requests is 10 MB, and a controller is asked five times a second beside the screen.
"""

import logging
import threading
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ssl import SSLCertVerificationError
from urllib.parse import urlsplit

from core.devices.links.http_login import Challenge, HttpLogin, LoginKind
from core.devices.links.link import (
    AnswerMissing,
    CertificateUnknown,
    LoginRefused,
    NotReached,
    QuestionUnwelcome,
)

_log = logging.getLogger(__name__)

LARGEST_ANSWER = 1_000_000  # bytes; forty pumps answer with fewer than fifty thousand
_LOGIN_TRIES = 4  # more than two only while the controller says that nothing but the nonce was wrong
_METHOD = "POST"
_PIECE = 16_384


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
        self._is_secure = parts.scheme == "https"
        self._pinned = self._is_secure and (bool(fingerprint) or not verify_tls)
        self._fingerprint = fingerprint
        self._path = parts.path.rstrip("/") + path
        self._login = HttpLogin(user, password, auth)
        self._limits = (connect_seconds, answer_seconds)
        self._lock = threading.Lock()

    def ask(self, question: bytes) -> bytes:
        """The answer to this question. Raises NotReached, AnswerMissing or LoginRefused."""
        login = self._login.header(_METHOD, self._path)
        answered: Challenge | None = None
        for _tried in range(_LOGIN_TRIES):
            with closing(self._connected()) as connection:
                status, challenges, answer = self._posted(connection, question, login)
            if status != 401:
                if answered is not None:
                    self._login.let_in(answered)
                return answer
            before = answered
            login, answered = self._login.answer(challenges, _METHOD, self._path)
            if before is not None and not answered.is_stale:
                break  # a fresh challenge was answered: it is the user or the password
        raise LoginRefused("the controller does not accept the user or the password")

    def _posted(
        self, connection: HTTPConnection, question: bytes, login: str | None
    ) -> tuple[int, list[str], bytes]:
        """The status, the challenges where it is 401, the answer where it is 200."""
        headers = {"Content-Type": "application/json; charset=utf-8", "Connection": "close"}
        if login is not None:
            headers["Authorization"] = login
        try:
            connection.request(_METHOD, self._path, question, headers)
            with connection.getresponse() as response:
                if response.status == 401:
                    return 401, response.headers.get_all("WWW-Authenticate") or [], b""
                _check_status(response.status)
                return response.status, [], self._body(response)
        except (OSError, HTTPException) as failure:
            raise AnswerMissing(_said(failure)) from failure
        except UnicodeError as header:  # a header of the answer that is not one
            raise AnswerMissing("the answer's head cannot be read") from header

    def _connected(self) -> HTTPConnection:
        """Connected straight: a proxy for the Internet has no business between the till and its pumps."""
        connect_seconds, answer_seconds = self._limits
        connection = self._connection(connect_seconds)
        try:
            connection.connect()
        except SSLCertVerificationError as unknown:
            connection.close()
            raise CertificateUnknown(_said(unknown)) from unknown
        except OSError as failure:
            connection.close()
            raise NotReached(_said(failure)) from failure
        connection.sock.settimeout(answer_seconds)
        return connection

    def _connection(self, seconds: float) -> HTTPConnection:
        if not self._is_secure:
            return HTTPConnection(self._host, self._port, timeout=seconds)
        from core.devices.links.certificate import PinnedConnection

        if self._pinned:
            return PinnedConnection(self._host, self._port, self._trusted_fingerprint(), seconds)
        return HTTPSConnection(self._host, self._port, timeout=seconds)

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

    def _body(self, response: HTTPResponse) -> bytes:
        promised = response.length
        received = bytearray()
        latest = time.monotonic() + self._limits[1]
        while promised is None or len(received) < promised:
            piece = response.read1(_PIECE)
            if not piece:
                break
            received += piece
            if len(received) > LARGEST_ANSWER or time.monotonic() > latest:
                raise AnswerMissing("the answer is too long or too slow")
        if promised is not None and len(received) < promised:
            raise AnswerMissing(f"{len(received)} of {promised} bytes of the answer came")
        return bytes(received)


def _check_status(status: int) -> None:
    if status == 403:
        raise LoginRefused(f"HTTP {status}")
    if status in {400, 413}:
        raise QuestionUnwelcome(f"HTTP {status}")
    if 300 <= status < 500:
        raise NotReached(f"HTTP {status}: is the address right?")
    if status != 200:
        raise AnswerMissing(f"HTTP {status}")


def _said(failure: Exception) -> str:
    return str(failure) or type(failure).__name__
