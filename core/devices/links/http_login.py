"""HTTP logins, Basic (RFC 7617) and Digest (RFC 2617, RFC 7616): answers the challenge that a controller really makes."""

import base64
import hashlib
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from core.devices.links.link import LoginRefused

LoginKind = Literal["auto", "digest", "basic"]

# The strongest first. Without a name it is MD5, which is what small controllers know.
_DIGESTS = {"SHA-512-256": "sha512_256", "SHA-256": "sha256", "MD5": "md5"}
_START = re.compile(r"(?:^|,)\s*(?P<scheme>[A-Za-z][A-Za-z0-9_-]*)(?=\s|$|,)(?!\s*=)\s*")
_FIELD = re.compile(
    r'\s*,?\s*(?P<name>[A-Za-z0-9_-]+)\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s,"]*))'
)


@dataclass(frozen=True, slots=True)
class Challenge:
    """One way in which the controller would let us in."""

    scheme: str
    fields: Mapping[str, str]

    @property
    def is_stale(self) -> bool:
        """Whether only the nonce was too old, so that the password is not what was wrong."""
        return self.fields.get("stale", "").lower() == "true"


class HttpLogin:
    """Keeps the last challenge that let us in, so that most questions are let in at once. From any thread.

    A fresh challenge belongs to the question that was refused with it until that one is let in: a controller whose
    nonce is good for one question would else let in whichever thread is first, and turn the other away as a stranger.
    """

    def __init__(self, user: str, password: str, kind: LoginKind) -> None:
        self._user, self._password, self._kind = user, password, kind
        self._lock = threading.Lock()
        self._challenge: Challenge | None = None
        self._uses = 0

    def header(self, method: str, target: str) -> str | None:
        """The Authorization header of the next question; None where the controller is to be heard first."""
        if not self._user:
            return None
        if self._kind == "basic":
            return self._basic()
        with self._lock:
            challenge, self._uses = self._challenge, self._uses + 1
            uses = self._uses
        return self._answered(challenge, method, target, uses) if challenge is not None else None

    def answer(self, challenges: list[str], method: str, target: str) -> tuple[str, Challenge]:
        """The header that answers a refusal with these WWW-Authenticate headers, and the challenge that it answers.

        Raises LoginRefused where none of them can be answered.
        """
        if not self._user:
            raise LoginRefused("the controller asks for a user and none is set")
        offered = [each for header in challenges for each in _challenges(header)]
        chosen = self._chosen(offered)
        return self._answered(chosen, method, target, 1), chosen

    def let_in(self, by: Challenge) -> None:
        """Its first answer was right: from now on every question answers this challenge at once."""
        with self._lock:
            self._challenge, self._uses = by, 1

    def _chosen(self, offered: list[Challenge]) -> Challenge:
        known = [each for each in offered if each.scheme == "digest" and _digest_of(each) is not None]
        if known and self._kind != "basic":
            return min(known, key=lambda each: list(_DIGESTS).index(_algorithm(each)[0]))
        basic = next((each for each in offered if each.scheme == "basic"), None)
        if basic is not None and self._kind != "digest":
            return basic
        names = ", ".join(sorted({each.scheme for each in offered})) or "nothing that is a login"
        raise LoginRefused(f"the controller offers {names}; the settings say {self._kind}")

    def _answered(self, challenge: Challenge, method: str, target: str, uses: int) -> str:
        return self._basic() if challenge.scheme == "basic" else self._digest(challenge, method, target, uses)

    def _basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self._user}:{self._password}".encode()).decode("ascii")

    def _digest(self, challenge: Challenge, method: str, target: str, uses: int) -> str:
        digest = _digest_of(challenge)
        if digest is None:  # chosen only when it is known
            raise LoginRefused("the controller asks for a digest that is not known here")
        fields, (_name, is_session) = challenge.fields, _algorithm(challenge)
        realm, nonce = fields.get("realm", ""), fields.get("nonce", "")
        own, count = secrets.token_hex(8), f"{uses:08x}"
        secret = digest(f"{self._user}:{_unescaped(realm)}:{self._password}")
        if is_session:
            secret = digest(f"{secret}:{nonce}:{own}")
        asked = digest(f"{method}:{target}")
        with_quality = "qop" in fields
        middle = f"{nonce}:{count}:{own}:auth" if with_quality else nonce
        parts = [
            f'username="{_escaped(self._user)}"',
            f'realm="{realm}"',
            f'nonce="{nonce}"',
            f'uri="{target}"',
            f'response="{digest(f"{secret}:{middle}:{asked}")}"',
        ]
        if "algorithm" in fields:
            parts.append(f"algorithm={fields['algorithm']}")
        if "opaque" in fields:
            parts.append(f'opaque="{fields["opaque"]}"')
        if with_quality:
            parts += ["qop=auth", f"nc={count}"]
        if with_quality or is_session:
            parts.append(f'cnonce="{own}"')
        return "Digest " + ", ".join(parts)


def _challenges(header: str) -> list[Challenge]:
    """What one WWW-Authenticate header offers; several may share a line."""
    found: list[Challenge] = []
    position = 0
    while start := _START.match(header, position):
        position = start.end()
        fields: dict[str, str] = {}
        while field := _FIELD.match(header, position):
            fields[field["name"].lower()] = field["quoted"] if field["quoted"] is not None else field["bare"]
            position = field.end()
        found.append(Challenge(start["scheme"].lower(), fields))
    return found


def _algorithm(challenge: Challenge) -> tuple[str, bool]:
    name = challenge.fields.get("algorithm", "MD5").upper()
    return name.removesuffix("-SESS"), name.endswith("-SESS")


def _digest_of(challenge: Challenge) -> Callable[[str], str] | None:
    """The digest that the challenge asks for; None where it cannot be given."""
    name = _DIGESTS.get(_algorithm(challenge)[0])
    qualities = [each.strip().lower() for each in challenge.fields.get("qop", "auth").split(",")]
    if name is None or name not in hashlib.algorithms_available or "auth" not in qualities:
        return None
    if "nonce" not in challenge.fields:
        return None
    return lambda words: hashlib.new(name, words.encode(), usedforsecurity=False).hexdigest()


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace('"', '\\"')


def _unescaped(words: str) -> str:
    return re.sub(r"\\(.)", r"\1", words)
