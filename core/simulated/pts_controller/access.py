"""Who is asking: Digest and Basic authentication as the controller's own web server does them."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import threading
from collections import OrderedDict

from core.simulated.pts_controller.clock import Clock
from core.simulated.pts_controller.site import User

REALM = "PTS-2"
MOST_NONCES = 256

_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_DIGEST_PARAMETERS = ("username", "realm", "nonce", "uri", "response", "qop", "nc", "cnonce")


class NotKnown(Exception):
    """No user, a wrong password, or a used-up nonce; carries the challenge to answer with."""

    def __init__(self, challenge: str) -> None:
        super().__init__(challenge)
        self.challenge = challenge


class Access:
    def __init__(
        self, users: tuple[User, ...], scheme: str, clock: Clock, nonce_seconds: float = 300.0
    ) -> None:
        if scheme not in ("digest", "basic"):
            raise ValueError(f"authentication is digest or basic, not {scheme}")
        self._users = {user.login: user for user in users}
        self._scheme = scheme
        self._clock = clock
        self._nonce_seconds = nonce_seconds
        self._opaque = secrets.token_hex(16)
        self._lock = threading.Lock()
        self._nonces: OrderedDict[str, tuple[float, set[int]]] = OrderedDict()

    def forget_nonces(self) -> None:
        """As a restart of the controller does."""
        with self._lock:
            self._nonces.clear()

    def user(self, authorization: str | None, method: str, path: str) -> User:
        """The user of a request. Raises NotKnown."""
        scheme, _, rest = (authorization or "").partition(" ")
        if self._scheme == "basic":
            return self._basic(rest if scheme.lower() == "basic" else "")
        return self._digest(rest if scheme.lower() == "digest" else "", method, path)

    def _basic(self, credentials: str) -> User:
        challenge = f'Basic realm="{REALM}"'
        try:
            login, _, password = base64.b64decode(credentials, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise NotKnown(challenge) from None
        user = self._users.get(login)
        if user is None or not hmac.compare_digest(user.password.encode(), password.encode()):
            raise NotKnown(challenge)
        return user

    def _digest(self, parameters: str, method: str, path: str) -> User:
        given = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters)}
        user = self._users.get(given.get("username", ""))
        if user is None or any(name not in given for name in _DIGEST_PARAMETERS):
            raise NotKnown(self._challenge())
        if given["realm"] != REALM or given["qop"] != "auth" or given["uri"] != path:
            raise NotKnown(self._challenge())
        if given.get("algorithm", "MD5").upper() != "MD5" or given.get("opaque") != self._opaque:
            raise NotKnown(self._challenge())
        first = _md5(f"{user.login}:{REALM}:{user.password}")
        second = _md5(f"{method}:{path}")
        expected = _md5(f"{first}:{given['nonce']}:{given['nc']}:{given['cnonce']}:auth:{second}")
        if not hmac.compare_digest(expected, given["response"].lower()):
            raise NotKnown(self._challenge())
        if not self._use(given["nonce"], given["nc"]):
            raise NotKnown(self._challenge(stale=True))
        return user

    def _use(self, nonce: str, count: str) -> bool:
        """Whether nonce and count are good together for the first time."""
        if re.fullmatch(r"[0-9a-fA-F]{8}", count) is None or int(count, 16) == 0:
            return False
        number = int(count, 16)
        with self._lock:
            made_at, used = self._nonces.get(nonce, (None, set[int]()))
            if made_at is None or self._clock.seconds() - made_at > self._nonce_seconds or number in used:
                return False
            used.add(number)
        return True

    def _challenge(self, stale: bool = False) -> str:
        nonce = secrets.token_hex(16)
        with self._lock:
            self._nonces[nonce] = (self._clock.seconds(), set())
            while len(self._nonces) > MOST_NONCES:
                self._nonces.popitem(last=False)
        challenge = (
            f'Digest realm="{REALM}", qop="auth", algorithm=MD5, nonce="{nonce}", opaque="{self._opaque}"'
        )
        return challenge + ", stale=true" if stale else challenge


def _md5(text: str) -> str:
    # MD5 is what RFC 7616 and the controller name; nothing here rests on its strength.
    return hashlib.md5(text.encode("utf-8"), usedforsecurity=False).hexdigest()
