"""The cloud's end of the mailbox and its order desk, in memory."""

from collections.abc import Sequence

from core.domain.faults import CloudAnswerLost, CloudUnreachable
from core.domain.ids import OrderId
from core.domain.refusals.orders import OrderNoLongerWaiting, OrderNotFound
from core.ports.mailbox import Delivery, RefusedMessage
from core.protocol.envelope import Envelope


class MemoryMailbox:
    """Implements core.ports.mailbox.Mailbox. `refuse` names kinds that the cloud will not take, `refuse_ids` messages."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self._for_station: list[Envelope] = []
        self.refuse: set[str] = set()
        self.refuse_ids: set[str] = set()
        self.down = False
        self.lose_answer = False

    def put(self, envelope: Envelope) -> None:
        """A message for the station; it is given the next number."""
        self._for_station.append(envelope.model_copy(update={"number": len(self._for_station) + 1}))

    def send(self, messages: Sequence[Envelope]) -> Delivery:
        """Take each once."""
        if self.down:
            raise CloudUnreachable
        known = {envelope.id for envelope in self.received}
        refused = [e for e in messages if e.kind in self.refuse or e.id in self.refuse_ids]
        taken = [envelope for envelope in messages if envelope not in refused]
        self.received += [envelope for envelope in taken if envelope.id not in known]
        if self.lose_answer:
            self.lose_answer = False
            raise CloudAnswerLost
        why = tuple(RefusedMessage(each.id, "unknown_message", "") for each in refused)
        return Delivery(tuple(envelope.id for envelope in taken), why)

    def fetch(self, after: int) -> Sequence[Envelope]:
        """What is numbered above."""
        if self.down:
            raise CloudUnreachable
        return [envelope for envelope in self._for_station if (envelope.number or 0) > after][:100]


class MemoryOrderDesk:
    """Implements core.ports.order_desk.OrderDesk."""

    def __init__(self) -> None:
        self.claims: dict[OrderId, str] = {}
        self.gone: dict[OrderId, str] = {}
        self.unknown: set[OrderId] = set()
        self.down = False
        self.lose_answer = False

    def claim(self, order: OrderId, claim: str) -> None:
        """Give the order to the first claim."""
        if self.down:
            raise CloudUnreachable
        if order in self.unknown:
            raise OrderNotFound(order)
        if order in self.gone or self.claims.setdefault(order, claim) != claim:
            raise OrderNoLongerWaiting(order, self.gone.get(order, "reserved"))
        if self.lose_answer:
            self.lose_answer = False
            raise CloudAnswerLost
