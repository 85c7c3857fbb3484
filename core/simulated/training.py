"""What only a training till has outside: drivers who come by themselves, payers who do as their code's last digit says."""

import threading
from itertools import cycle

from core.domain.ids import PaymentId, SaleId
from core.domain.money import Money
from core.domain.payment import PaymentState, Tender
from core.ports.payment_gateway import ChargeAnswer, QrAnswer
from core.simulated.payment_gateway import MemoryPaymentGateway
from core.simulated.pts_controller.errors import NotPossible
from core.simulated.pts_controller.forecourt import Forecourt
from core.simulated.pts_controller.pump import Customer, Pump, State

# What a driver fills who wants "full"; no round figures, as at a real pump.
_FULL_ML = (31_270, 18_440, 42_860, 25_610, 37_050)
_LOOK_SECONDS = 1.0
DECLINED, TYPING = "8", "9"
_QUESTIONS_WHILE_TYPING = 2


class TrainingDrivers:
    """Whoever is released lifts the nozzle and fills; now and then somebody lifts one and waits to be released."""

    def __init__(self, forecourt: Forecourt, every_seconds: float = 60.0) -> None:
        self._forecourt = forecourt
        self._looks_between = max(1, round(every_seconds / _LOOK_SECONDS))
        self._full = cycle(_FULL_ML)
        self._places = cycle(sorted(forecourt.pumps))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._come, name="training drivers", daemon=True)

    def start(self) -> None:
        """Drivers come."""
        self._thread.start()

    def stop(self) -> None:
        """Nobody comes any more."""
        self._stopping.set()
        self._thread.join()

    def look(self) -> None:
        """At every released pump somebody lifts the nozzle."""
        for pump in self._forecourt.pumps.values():
            with self._forecourt.lock:
                order = pump.order if pump.state is State.AUTHORISED and not pump.nozzle_up else None
            if order is not None:
                wish = Customer(volume_ml=next(self._full)) if order.kind == "FullTank" else Customer()
                self._serve(pump, order.nozzles[0], wish)

    def arrive(self) -> None:
        """Somebody lifts a nozzle and waits to be released, if a pump is free."""
        for _try in self._forecourt.pumps:
            pump = self._forecourt.pumps[next(self._places)]
            with self._forecourt.lock:
                free = pump.state is State.IDLE and not pump.nozzle_up
            if free:
                self._serve(pump, 1, Customer(volume_ml=next(self._full)))
                return

    def _serve(self, pump: Pump, nozzle: int, wish: Customer) -> None:
        try:
            self._forecourt.serve(pump.id, nozzle, wish)
        except NotPossible:
            return  # The till was quicker; next time.

    def _come(self) -> None:
        looks = 0
        while not self._stopping.wait(_LOOK_SECONDS):
            self.look()
            looks += 1
            if looks % self._looks_between == 0:
                self.arrive()


class TrainingPaymentGateway(MemoryPaymentGateway):
    """No money moves. A payer's code that ends in 8 is declined; with one that ends in 9 the payer types a password first.

    Who is to pay by the code on the customers' display does so after a while, too.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: dict[PaymentId, tuple[Money, int]] = {}
        self._lock = threading.Lock()

    def charge(
        self, payment: PaymentId, sale: SaleId, amount: Money, payer_code: str, description: str
    ) -> ChargeAnswer:
        """As the last digit says."""
        with self._lock:
            last = payer_code.strip()[-1:]
            self.next_state = {DECLINED: PaymentState.DECLINED, TYPING: PaymentState.PENDING}.get(
                last, PaymentState.CAPTURED
            )
            self.next_reason = "balance_short" if last == DECLINED else ""
            if last == TYPING:
                self._waiting.setdefault(payment, (amount, 0))
            return super().charge(payment, sale, amount, payer_code, description)

    def start_qr(
        self, payment: PaymentId, sale: SaleId, tender: Tender, amount: Money, description: str
    ) -> QrAnswer:
        """Somebody will scan it."""
        with self._lock:
            self._waiting.setdefault(payment, (amount, 0))
            return super().start_qr(payment, sale, tender, amount, description)

    def query(self, payment: PaymentId) -> ChargeAnswer | None:
        """A payer who types is ready after a few questions."""
        with self._lock:
            known = self.answers.get(payment)
            if known is not None and known.state is PaymentState.PENDING and payment in self._waiting:
                amount, asked = self._waiting[payment]
                self._waiting[payment] = (amount, asked + 1)
                if asked >= _QUESTIONS_WHILE_TYPING:
                    self.payer_pays(payment, amount)
            return super().query(payment)

    def cancel(self, payment: PaymentId) -> ChargeAnswer:
        """Whoever has not paid yet does not pay any more."""
        with self._lock:
            self._waiting.pop(payment, None)
            return super().cancel(payment)
