"""Network cable with TLS, to a device whose own certificate is known by its fingerprint."""

import hashlib
import socket
import ssl

from core.devices.links.certificate import cleaned, same
from core.devices.links.link import CertificateUnknown, NotReached
from core.devices.links.tcp_link import TcpLink


class SecuredTcpLink(TcpLink):
    """A TcpLink whose every byte goes through TLS. Without a fingerprint the certificate must come from a known authority."""

    def __init__(
        self,
        host: str,
        port: int,
        fingerprint: str,
        timeout_seconds: float = 2.5,
        *,
        answer_seconds: float | None = None,
    ) -> None:
        super().__init__(host, port, timeout_seconds, answer_seconds=answer_seconds)
        self._host = host
        self._fingerprint = cleaned(fingerprint) if fingerprint else ""

    def open(self) -> None:
        """Connect afresh. Raises NotReached, CertificateUnknown."""
        super().open()
        plain = self._opened()
        try:
            self._socket = self._context().wrap_socket(plain, server_hostname=self._host)
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise CertificateUnknown(str(error)) from error
        except OSError as error:
            self.close()
            raise NotReached(f"{self._host}: {error}") from error
        self._check(self._socket)

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._fingerprint:
            # The one certificate that is right is known, and compared before a byte of ours is sent.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _check(self, secured: socket.socket) -> None:
        if not self._fingerprint or not isinstance(secured, ssl.SSLSocket):
            return
        shown = hashlib.sha256(secured.getpeercert(binary_form=True) or b"").hexdigest()
        if not same(shown, self._fingerprint):
            self.close()
            raise CertificateUnknown(f"the device shows the certificate {shown}")
