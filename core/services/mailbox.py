"""Send what waits in the outbox, take in what the cloud sent, once each."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.domain.events.station import MessageRetried, MessageSetAside, MessageSettled
from core.domain.ids import StaffId
from core.domain.refusals.cloud import UnknownMessage
from core.domain.staff import Permission
from core.ports.mailbox import Mailbox, MessageAside, Unsent
from core.ports.unit_of_work import UnitOfWork, Work
from core.protocol.codec import Message, unwrap
from core.protocol.envelope import Envelope
from core.protocol.from_cloud import CloudForgot

_log = logging.getLogger(__name__)
_AT_ONCE = 100
_MOST_SHOWN = 200

# Each takes the one kind of message under whose type it is entered.
Taker = Callable[[Work, Any], None]


class MailboxDesk:
    """Both directions of the link to the cloud; each message counts once however often it travels."""

    def __init__(
        self,
        work: UnitOfWork,
        mailbox: Mailbox,
        takers: Mapping[type[Message], Taker],
        describe: Callable[[Work], None],
    ) -> None:
        self._work = work
        self._mailbox = mailbox
        self._describe = describe
        self._takers: Mapping[type[Message], Taker] = {CloudForgot: self._say_again, **takers}

    def waiting_count(self) -> int:
        """How many messages are unsent."""
        with self._work.reading() as work:
            return work.messages.waiting_count()

    def unsent(self) -> Unsent:
        """How many messages are unsent, and since when."""
        with self._work.reading() as work:
            return work.messages.unsent()

    def aside(self) -> Sequence[MessageAside]:
        """What the cloud refused and nobody has seen to, oldest first."""
        with self._work.reading() as work:
            return work.messages.aside(_MOST_SHOWN)

    def try_again(self, message: str, by: StaffId) -> None:
        """Send a refused message once more, such as after the cloud was put right. Raises MessageNotAside, NotAllowed."""
        with self._work() as work:
            work.staff.get(by).must(Permission.CORRECT_SHIFT)
            aside = work.messages.one_aside(message)
            work.messages.wait_again(message)
            work.record(MessageRetried(message, aside.kind, aside.number), actor=by)

    def settle(self, message: str, by: StaffId) -> None:
        """A person has seen to a refused message some other way: it is kept and never sent.

        Raises MessageNotAside, NotAllowed.
        """
        with self._work() as work:
            work.staff.get(by).must(Permission.CORRECT_SHIFT)
            aside = work.messages.one_aside(message)
            work.messages.settled(message)
            work.record(MessageSettled(message, aside.kind, aside.number, aside.why), actor=by)

    def send_waiting(self) -> None:
        """Hand over everything that waits, oldest first. A refused message is set aside and blocks nothing.

        Raises CloudUnreachable, CloudAnswerLost, StationNotEnrolled; what was not confirmed is sent again.
        """
        while True:
            with self._work.reading() as work:
                waiting = work.messages.waiting(_AT_ONCE)
            if not waiting:
                return
            delivery = self._mailbox.send(waiting)
            kinds = {envelope.id: envelope.kind for envelope in waiting}
            with self._work() as work:
                for message in delivery.accepted:
                    work.messages.sent(message)
                for refused in delivery.refused:
                    work.messages.set_aside(refused.id, refused.code, refused.message)
                    work.record(MessageSetAside(refused.id, kinds.get(refused.id, ""), refused.code))
            if not delivery.accepted and not delivery.refused:
                return

    def fetch(self) -> None:
        """Take in everything that the cloud has for us. Raises as `send_waiting`."""
        while True:
            with self._work.reading() as work:
                after = work.messages.last_taken()
            envelopes = self._mailbox.fetch(after)
            for envelope in envelopes:
                self._take(envelope)
            if len(envelopes) < _AT_ONCE:
                return

    def _say_again(self, work: Work, forgot: CloudForgot) -> None:
        work.messages.say_again(forgot.known_id or "")
        # The cloud may have heard newer prices of us before it asked: what it forgot must not be its last word on them.
        self._describe(work)

    def _take(self, envelope: Envelope) -> None:
        number = envelope.number
        if number is None:
            _log.warning("the cloud sent message %s without a number", envelope.id)
            return
        with self._work() as work:
            if number <= work.messages.last_taken():
                return
            try:
                message = unwrap(envelope)
            except UnknownMessage as refusal:
                work.record(MessageSetAside(envelope.id, envelope.kind, refusal.why))
            else:
                self._hand_on(work, envelope, message)
            work.messages.taken(number)

    def _hand_on(self, work: Work, envelope: Envelope, message: Message) -> None:
        taker = self._takers.get(type(message))
        if taker is None:
            work.record(MessageSetAside(envelope.id, envelope.kind, "no one takes it here"))
        else:
            taker(work, message)
