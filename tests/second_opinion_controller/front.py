"""The controller's HTTP: one request a connection, Digest or Basic, TLS with a certificate of its own; and what may go wrong."""

import base64
import hashlib
import re
import secrets
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.second_opinion_controller.controller import Controller

_BUFFER = 16 * 1024
Mischief = Callable[[str], bytes | None]  # what becomes of a reply; None is silence


class Front:
    """Listens on a free port of this machine. `mischief` maps the next replies that have its word in them."""

    def __init__(
        self, controller: Controller, *, certificate: Path | None = None, basic: bool = False
    ) -> None:
        self.controller, self._basic = controller, basic
        self._tls = None
        if certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(certificate)
        self._nonces: dict[str, set[str]] = {}
        self._mischief: list[tuple[str, Mischief]] = []
        self.forbidden = False
        self.off = False  # the whole controller, not its cable to the station alone
        self.port = 0
        self._listening: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self.connect()

    @property
    def address(self) -> str:
        """For station.toml."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def is_on(self) -> bool:
        """Whether the controller runs."""
        return not self.off

    @property
    def is_connected(self) -> bool:
        """Whether the station can reach it."""
        return self._listening is not None

    def be_good(self) -> None:
        """No mischief any more."""
        self._mischief.clear()

    # --- the cable to the station --------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Listen, on the same port as before; logins of before are forgotten."""
        self._nonces.clear()
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", self.port))
        listening.listen(32)
        self.port, self._listening = listening.getsockname()[1], listening
        threading.Thread(target=self._accept, args=(listening,), name="front", daemon=True).start()

    def cut(self) -> None:
        """The cable is out, or the controller off: nobody answers, and who waits, waits in vain."""
        if self._listening is not None:
            with suppress(OSError):
                self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
            self._listening = None
        for each in tuple(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def spoil(self, word: str, how: Mischief, times: int = 1) -> None:
        """The next replies to requests with this word in them that were carried out come out so."""
        self._mischief += [(word, how)] * times

    def spoiled(self) -> bool:
        """Whether all of it has happened."""
        return not self._mischief

    # --- requests --------------------------------------------------------------------------------------------------------

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                plain, _peer = listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain,), name="front", daemon=True).start()

    def _serve(self, plain: socket.socket) -> None:
        plain.settimeout(10)
        self._open.add(plain)
        line = plain
        try:
            if self._tls is not None:
                line = self._tls.wrap_socket(plain, server_side=True)
            reply = self._reply(*_read(line))
            if reply is not None:
                line.sendall(reply)
        except (OSError, ValueError):
            pass  # the station hung up: that is its right
        finally:
            self._open.discard(plain)
            with suppress(OSError):
                line.close()
            plain.close()

    def _reply(self, head: str, body: bytes) -> bytes | None:
        first, *rest = head.split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        complain = self.controller.complaints.append
        if first != "POST /jsonPTS HTTP/1.1":
            complain(f"asked {first}")
            return _http("404 Not Found", "")
        user = self._user(fields.get("authorization", ""))
        if user is None:
            return _http("401 Unauthorized", "", self._challenge())
        if self.forbidden:
            return _http("403 Forbidden", "")
        if fields.get("content-type") != "application/json; charset=utf-8":
            complain(f"content type {fields.get('content-type')}")
        if len(head) + len(body) > _BUFFER:
            complain(f"{len(body)} bytes")
            return None
        text = self.controller.answer(user, body)
        for place, (word, how) in enumerate(self._mischief):
            if word.encode() in body and '"Error":true' not in text:
                del self._mischief[place]
                return how(text)
        return _http("200 OK", text)

    def _challenge(self) -> str:
        if self._basic:
            return 'WWW-Authenticate: Basic realm="PTS"\r\n'
        nonce = secrets.token_hex(16)
        self._nonces[nonce] = set()
        return f'WWW-Authenticate: Digest realm="PTS", qop="auth", nonce="{nonce}", opaque="5ccc069c"\r\n'

    def _user(self, given: str) -> str | None:
        kind, _, rest = given.partition(" ")
        if self._basic and kind == "Basic":
            name, _, password = base64.b64decode(rest).decode().partition(":")
            known = self.controller.users.get(name)
            return name if known and known.password == password else None
        if self._basic or kind != "Digest":
            return None
        parts = {
            name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', rest)
        }
        name, nonce, count = parts.get("username", ""), parts.get("nonce", ""), parts.get("nc", "")
        person, used = self.controller.users.get(name), self._nonces.get(nonce)
        if person is None or used is None or count in used:
            return None
        first = _md5(f"{name}:PTS:{person.password}")
        second = _md5(f"POST:{parts.get('uri')}")
        right = _md5(f"{first}:{nonce}:{count}:{parts.get('cnonce')}:{parts.get('qop')}:{second}")
        if parts.get("uri") != "/jsonPTS" or parts.get("response") != right:
            return None
        used.add(count)
        return name


def sent(text: str) -> bytes:
    """A reply as it is."""
    return _http("200 OK", text)


def in_chunks(text: str, size: int = 700) -> bytes:
    """Transfer-Encoding: chunked."""
    body = text.encode()
    parts = [body[at : at + size] for at in range(0, len(body), size)] + [b""]
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json; charset=utf-8\r\nConnection: close\r\n\r\n"
    return head + b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts)


def half(text: str) -> bytes:
    """The head promises more than comes."""
    return _http("200 OK", text)[: -max(1, len(text) // 2)]


def silence(text: str) -> None:
    """Nothing: the reply is lost."""


def _http(status: str, text: str, more: str = "") -> bytes:
    body = text.encode()
    head = (
        f"HTTP/1.1 {status}\r\n{more}Content-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def _read(line: socket.socket) -> tuple[str, bytes]:
    got = b""
    while b"\r\n\r\n" not in got:
        more = line.recv(65_536)
        if not more:
            raise ValueError("hung up")
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    text = head.decode("ascii")
    length = re.search(r"(?im)^content-length:\s*(\d+)", text)
    while length and len(body) < int(length[1]):
        more = line.recv(65_536)
        if not more:
            raise ValueError("hung up")
        body += more
    return text, body


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - RFC 2617 has no other
