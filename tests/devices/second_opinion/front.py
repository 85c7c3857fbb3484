"""How another maker's controller may speak HTTP: raw sockets, its own idea of logins, of segments and of keeping on."""

import base64
import hashlib
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

USER, PASSWORD = "admin", "s3cret:with colon"


@dataclass(frozen=True)
class Manners:
    """What the text leaves open about the carrier."""

    login: str = "none"  # none, basic, or the algorithm of a digest
    quality: str | None = "auth"
    nonce_lives: int = 1_000_000  # how many questions a nonce is good for
    says_stale: bool = False
    two_offers: bool = False  # Basic is offered beside the digest, in a header of its own
    keeps_open: bool = False
    chunked: bool = False
    segment: int = 0  # bytes at a time
    wait_seconds: float = 0.0
    without_length: bool = False
    byte_order_mark: bool = False


class Front:
    """Answers POST /jsonPTS with what `answer` says: a body, or a number for a status alone."""

    def __init__(self, manners: Manners, answer: Callable[[bytes], bytes | int]) -> None:
        self._manners, self._answer = manners, answer
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._nonces: dict[str, int] = {}
        self.turned_away = 0
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()

    def serve(self) -> None:
        while True:
            try:
                caller, _address = self._server.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._converse, args=(caller,))
            self._threads.append(thread)
            thread.start()

    def end(self) -> None:
        self._closing.set()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in self._threads:
            thread.join(5)

    def _converse(self, caller: socket.socket) -> None:
        caller.settimeout(5)
        with caller, suppress(OSError):
            while not self._closing.is_set():
                question = _read(caller)
                if question is None:
                    return
                self._reply(caller, *question)
                if not self._manners.keeps_open:
                    return

    def _reply(self, caller: socket.socket, target: str, headers: dict[str, str], body: bytes) -> None:
        if not self._is_let_in(target, headers.get("authorization", "")):
            self.turned_away += 1
            self._write(caller, 401, b"<html>Unauthorized</html>", self._offers())
            return
        answer = self._answer(body) if target == "/jsonPTS" else 404
        self._closing.wait(self._manners.wait_seconds)
        if isinstance(answer, int):
            self._write(caller, answer, b"", [])
        else:
            self._write(caller, 200, (b"\xef\xbb\xbf" if self._manners.byte_order_mark else b"") + answer, [])

    def _write(self, caller: socket.socket, status: int, body: bytes, more: list[str]) -> None:
        lines = [f"HTTP/1.1 {status} Something", "content-TYPE: application/json", *more]
        if self._manners.chunked:
            lines.append("transfer-encoding: chunked")
            pieces = [body[start : start + 7] for start in range(0, len(body), 7)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        elif not self._manners.without_length or self._manners.keeps_open:
            lines.append(f"CONTENT-LENGTH:{len(body)}")
        lines.append("Connection: " + ("keep-alive" if self._manners.keeps_open else "close"))
        whole = "\r\n".join([*lines, "", ""]).encode() + body
        step = self._manners.segment or len(whole)
        caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for start in range(0, len(whole), step):
            caller.sendall(whole[start : start + step])
            if self._manners.segment:
                self._closing.wait(0.0005)

    def _offers(self) -> list[str]:
        if self._manners.login == "basic":
            return ['WWW-Authenticate: Basic realm="pumps"']
        nonce = secrets.token_hex(8)
        self._nonces[nonce] = 0
        parts = ['realm="pumps, and tanks"', f'nonce="{nonce}"', 'opaque="x"']
        if self._manners.login != "unnamed":
            parts.append(f"algorithm={self._manners.login}")
        if self._manners.quality is not None:
            parts.append(f'qop="{self._manners.quality}"')
        if self._manners.says_stale and len(self._nonces) > 1:
            parts.append("stale=TRUE")
        offers = ["WWW-Authenticate: Digest " + ", ".join(parts)]
        return ['www-authenticate: Basic realm="pumps"', *offers] if self._manners.two_offers else offers

    def _is_let_in(self, target: str, given: str) -> bool:
        if self._manners.login == "none":
            return True
        if self._manners.login == "basic":
            return given == "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        kind, _space, rest = given.partition(" ")
        return kind == "Digest" and self._digest_is_right(target, _fields(rest))

    def _digest_is_right(self, target: str, told: dict[str, str]) -> bool:
        name = "md5" if self._manners.login == "unnamed" else self._manners.login.lower()
        plain = name.removesuffix("-sess")
        kind = {"md5": "md5", "sha-256": "sha256", "sha-512-256": "sha512_256"}[plain]

        def digest(*words: str) -> str:
            return hashlib.new(kind, ":".join(words).encode()).hexdigest()

        nonce = told.get("nonce", "")
        if nonce not in self._nonces or told.get("uri") != target or told.get("username") != USER:
            return False
        self._nonces[nonce] += 1
        if self._nonces[nonce] > self._manners.nonce_lives:
            return False
        secret = digest(USER, "pumps, and tanks", PASSWORD)
        if name != plain:
            secret = digest(secret, nonce, told["cnonce"])
        asked = digest("POST", target)
        if self._manners.quality is None:
            return told["response"] == digest(secret, nonce, asked) and "qop" not in told
        middle = (told["nc"], told["cnonce"], told["qop"])
        return told["qop"] == "auth" and told["response"] == digest(secret, nonce, *middle, asked)


@contextmanager
def serving(manners: Manners, answer: Callable[[bytes], bytes | int]) -> Iterator[Front]:
    """A front that answers on loopback for the length of the with block."""
    front = Front(manners, answer)
    thread = threading.Thread(target=front.serve)
    thread.start()
    try:
        yield front
    finally:
        front.end()
        thread.join(5)


def _read(caller: socket.socket) -> tuple[str, dict[str, str], bytes] | None:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = caller.recv(4096)
        if not piece:
            return None
        received += piece
    head, _blank, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {line.partition(":")[0].lower(): line.partition(":")[2].strip() for line in lines}
    while len(body) < int(headers.get("content-length", "0")):
        body += caller.recv(4096)
    return first.split()[1], headers, body


def _fields(text: str) -> dict[str, str]:
    """Names and values of an Authorization header, commas in quotation marks kept."""
    fields: dict[str, str] = {}
    for part in [piece.strip() for piece in _split(text)]:
        name, _equals, value = part.partition("=")
        fields[name.lower()] = value.strip('"')
    return fields


def _split(text: str) -> list[str]:
    pieces, quoted = [""], False
    for letter in text:
        quoted ^= letter == '"'
        if letter == "," and not quoted:
            pieces.append("")
        else:
            pieces[-1] += letter
    return pieces
