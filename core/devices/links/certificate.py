"""The certificate of a device that signed it itself: known by its fingerprint, not by an authority."""

import hashlib
import hmac
import socket
import ssl
from typing import Any

from requests.adapters import HTTPAdapter


def cleaned(fingerprint: str) -> str:
    """A SHA-256 fingerprint as 64 hex digits. Raises ValueError for anything else."""
    digits = fingerprint.replace(":", "").replace(" ", "").lower()
    if len(digits) != 64 or not set(digits) <= set("0123456789abcdef"):
        raise ValueError("a fingerprint is the SHA-256 of the certificate: 64 hex digits, colons allowed")
    return digits


def same(one: str, other: str) -> bool:
    """Whether two fingerprints are of one certificate."""
    return hmac.compare_digest(cleaned(one), cleaned(other))


def shown_by(host: str, port: int, timeout_seconds: float) -> str:
    """The fingerprint of the certificate that the device shows. Raises OSError."""
    context = _unverified()
    with (
        socket.create_connection((host, port), timeout=timeout_seconds) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        certificate = secured.getpeercert(binary_form=True) or b""
    return hashlib.sha256(certificate).hexdigest()


class PinnedAdapter(HTTPAdapter):
    """Carries a session's requests only to the device whose certificate has this fingerprint."""

    def __init__(self, fingerprint: str) -> None:
        self._fingerprint = cleaned(fingerprint)
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **rest: Any) -> None:
        """Called by requests to make its pool of connections."""
        super().init_poolmanager(
            connections,
            maxsize,
            block=block,
            ssl_context=_unverified(),
            assert_fingerprint=self._fingerprint,
            assert_hostname=False,
            **rest,
        )

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """Called by requests for every request: the fingerprint is the check, an authority is not asked."""
        host, _its_own = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Called by requests for every connection; likewise."""


def _unverified() -> ssl.SSLContext:
    # Not a weakening: the one certificate that is right is known, and compared before a byte of ours is sent.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
