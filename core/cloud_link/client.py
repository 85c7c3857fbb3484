"""requests session: address, token, time limits, error mapping."""

import json
import logging
import threading
import time
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from core.cloud_link.answers import Answer, AnswerUnfit, parsed, refusal_in
from core.domain.faults import CloudAnswerLost, CloudAnswerUnfit, CloudUnreachable, StationNotEnrolled
from core.wording.catalogue import Language, language

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

_log = logging.getLogger(__name__)
_Read = TypeVar("_Read")

LARGEST_ANSWER = 8_000_000  # bytes; a full page of the mailbox is a few hundred thousand


class CloudClient:
    """Asks the cloud for this station, from any thread. Every request of the contract is idempotent by an id in it."""

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        connect_seconds: float = 3.0,
        answer_seconds: float = 15.0,
        open_session: "Callable[[], requests.Session] | None" = None,
    ) -> None:
        """`open_session` is asked for a fresh session on each thread, where it is not to be a plain one."""
        self._url = url.rstrip("/")
        self._token = token
        self._limits = (connect_seconds, answer_seconds)
        self._open_session = open_session
        self._mine = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()
        self.close = weakref.finalize(self, _close_all, self._sessions)

    def get(
        self, path: str, read: "Callable[[Answer], _Read]", query: Mapping[str, int] | None = None
    ) -> _Read:
        """Ask what changes nothing. Raises the refusals, CloudUnreachable, CloudAnswerUnfit, StationNotEnrolled."""
        try:
            status, body = self._ask("GET", path, None, query)
        except CloudAnswerLost as lost:
            raise CloudUnreachable from lost  # nothing was to be done, so nothing is unclear
        try:
            return read(parsed(body))
        except AnswerUnfit as unfit:
            _log.warning("the cloud's answer to GET %s is unfit: %s", path, unfit)
            raise CloudAnswerUnfit(status) from unfit

    def post(
        self,
        path: str,
        body: Mapping[str, object],
        read: "Callable[[Answer], _Read]",
        *,
        may_repeat: bool = True,
    ) -> _Read:
        """Ask what changes something. Raises the refusals, CloudUnreachable (nothing arrived), CloudAnswerLost, StationNotEnrolled.

        A connection that breaks before the answer is asked once more on a fresh one, unless told not to: the id in the
        request makes the second the same as the first.
        """
        sent = json.dumps(body, ensure_ascii=False).encode()
        try:
            _status, received = self._ask("POST", path, sent, None)
        except _Broken:
            if not may_repeat:
                raise
            _status, received = self._asked_again(path, sent)
        try:
            return read(parsed(received))
        except AnswerUnfit as unfit:
            # It was done, and how it ended cannot be read: the same as an answer that never came.
            _log.warning("the cloud's answer to POST %s is unfit: %s", path, unfit)
            raise CloudAnswerLost from unfit

    def _asked_again(self, path: str, sent: bytes) -> tuple[int, bytes]:
        try:
            return self._ask("POST", path, sent, None)
        except CloudUnreachable as unreachable:
            raise CloudAnswerLost from unreachable  # the second did not arrive, but the first may have

    def _ask(
        self, method: str, path: str, body: bytes | None, query: Mapping[str, int] | None
    ) -> tuple[int, bytes]:
        import requests

        try:
            with self._session().request(
                method,
                self._url + path,
                data=body,
                params=query,
                headers=_headers(body),
                timeout=self._limits,
                stream=True,
                allow_redirects=False,
            ) as response:
                return self._judged(response.status_code, self._body(response))
        except requests.RequestException as failure:
            raise _named(failure) from failure

    def _session(self) -> "requests.Session":
        import requests

        session: requests.Session | None = getattr(self._mine, "session", None)
        if session is None:
            session = (self._open_session or requests.Session)()
            session.auth = _bearer(self._token)
            self._mine.session = session
            with self._lock:
                self._sessions.append(session)
        return session

    def _body(self, response: "requests.Response") -> bytes:
        received = bytearray()
        latest = time.monotonic() + self._limits[1]
        for piece in response.iter_content(65_536):
            received += piece
            if len(received) > LARGEST_ANSWER or time.monotonic() > latest:
                raise CloudAnswerLost
        return bytes(received)

    def _judged(self, status: int, body: bytes) -> tuple[int, bytes]:
        if 200 <= status < 300:
            return status, body
        if status == 401 and self._token:
            raise StationNotEnrolled
        if status >= 500:
            raise CloudAnswerLost
        try:
            refusal = refusal_in(body)
        except AnswerUnfit as unfit:
            _log.warning("the cloud answered %d: %s", status, unfit)
            raise CloudAnswerUnfit(status) from unfit
        raise refusal


class _Broken(CloudAnswerLost):
    """The connection broke under the request."""

    @property
    def code(self) -> str:
        """The code of what it is to everybody else."""
        return "cloud_answer_lost"


def _named(failure: "requests.RequestException") -> CloudUnreachable | CloudAnswerLost:
    """Tell a connection that never stood from one that broke or kept us waiting."""
    import requests
    from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

    reason = failure.args[0] if failure.args else None
    never_stood = isinstance(reason, MaxRetryError) and isinstance(reason.reason, NewConnectionError)
    if never_stood or isinstance(
        failure,
        requests.ConnectTimeout
        | requests.exceptions.SSLError
        | requests.exceptions.ProxyError
        | requests.exceptions.InvalidURL
        | requests.exceptions.MissingSchema,
    ):
        return CloudUnreachable()
    return _Broken() if isinstance(reason, ProtocolError) else CloudAnswerLost()


def _headers(body: bytes | None) -> dict[str, str]:
    chinese = language() is Language.CHINESE
    headers = {"Accept": "application/json", "Accept-Language": "zh-CN" if chinese else "en"}
    return headers if body is None else {**headers, "Content-Type": "application/json; charset=utf-8"}


def _bearer(token: str) -> "Callable[[requests.PreparedRequest], requests.PreparedRequest]":
    """Sets the token last, so that no .netrc of the machine can put another login in its place."""

    def signed(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        return request

    return signed


def _close_all(sessions: "list[requests.Session]") -> None:
    for session in sessions:
        session.close()
