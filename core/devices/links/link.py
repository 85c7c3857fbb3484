"""What every link can do, and the ways in which it can fail."""

from typing import Protocol


class LinkFailure(Exception):
    """The device cannot be talked to. The device's own adapter turns it into a fault of the domain."""


class NotReached(LinkFailure):
    """Nothing of what was to be sent arrived."""


class CertificateUnknown(NotReached):
    """The device shows another certificate than the one that is trusted; nothing was sent to it."""


class QuestionUnwelcome(NotReached):
    """It arrived and was turned away unread: not a question in the device's sense, or too long for it."""


class AnswerMissing(LinkFailure):
    """What was sent may have arrived; no whole answer came back."""


class HungUp(AnswerMissing):
    """The device ended the connection; it is not that it stayed silent."""


class LoginRefused(LinkFailure):
    """The device does not accept the user or the password, or the user may not do this."""


class ByteLink(Protocol):
    """A cable that carries bytes. Every call ends within the link's time limit and raises LinkFailure.

    One that is not `two_way` never answers: whoever uses it must not ask.
    """

    @property
    def two_way(self) -> bool:
        """Whether the device can answer through it."""
        ...

    def open(self) -> None:
        """Connect. Raises NotReached."""
        ...

    def write(self, sent: bytes) -> None:
        """Send all of it; as long as it moves, it may take its time. Raises AnswerMissing where it may have arrived in part."""
        ...

    def read(self) -> bytes:
        """What has come, waiting for the first byte. Raises AnswerMissing where none comes."""
        ...

    def close(self) -> None:
        """Let go. Never raises; closing twice is no error."""
        ...


class Exchange(Protocol):
    """A cable that carries one question and its answer at a time, from any thread."""

    def ask(self, question: bytes) -> bytes:
        """The answer to this question. Raises NotReached, AnswerMissing or LoginRefused."""
        ...
