"""The certificate of a device that signed it itself: known by its fingerprint, not by an authority."""

import hashlib
import hmac
import socket
import ssl
from http.client import HTTPSConnection

from core.devices.links.link import CertificateUnknown


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


class PinnedConnection(HTTPSConnection):
    """A connection to the device whose certificate has this fingerprint, and to no other."""

    def __init__(self, host: str, port: int, fingerprint: str, timeout_seconds: float) -> None:
        super().__init__(host, port, timeout=timeout_seconds, context=_unverified())
        self._fingerprint = cleaned(fingerprint)

    def connect(self) -> None:
        """Raises CertificateUnknown where the device shows another certificate, before a byte of ours is sent."""
        super().connect()
        shown = hashlib.sha256(self.sock.getpeercert(binary_form=True) or b"").hexdigest()
        if not hmac.compare_digest(shown, self._fingerprint):
            self.close()
            raise CertificateUnknown(f"the device shows the certificate {shown}")


def _unverified() -> ssl.SSLContext:
    # Not a weakening: the one certificate that is right is known, and compared before a byte of ours is sent.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
