"""What stands in where the station has no printer, display or scanner, or is not paired with the cloud: it says so, and nothing else."""

from collections.abc import Sequence

from core.domain.faults import PrinterNotSet, StationNotEnrolled
from core.domain.ids import CouponUseId, OrderId, PaymentId, SaleId
from core.domain.money import Money
from core.domain.payment import Tender
from core.domain.receipt import Receipt
from core.ports.coupon_desk import HeldCoupon
from core.ports.mailbox import Delivery
from core.ports.payment_gateway import ChargeAnswer, QrAnswer, RefundAnswer
from core.ports.pole_display import PoleAmount
from core.ports.printer import PrinterStatus
from core.ports.scanner import ScannerListener
from core.protocol.envelope import Envelope


class AbsentPrinter:
    """No printer is set in station.toml."""

    def print(self, receipt: Receipt) -> None:
        """Raises PrinterNotSet."""
        raise PrinterNotSet

    def open_drawer(self) -> None:
        """Raises PrinterNotSet."""
        raise PrinterNotSet

    def status(self) -> PrinterStatus:
        """Not ready, and nothing is wrong with that."""
        return PrinterStatus(ready=False, is_set=False)


class AbsentPoleDisplay:
    """No pole display is set in station.toml: nobody looks."""

    def show(self, upper: str, lower: str = "") -> None:
        """To nobody."""

    def show_amount(self, kind: PoleAmount, amount: Money) -> None:
        """To nobody."""

    def show_change(self, received: Money, change: Money) -> None:
        """To nobody."""

    def clear(self) -> None:
        """Nothing was shown."""


class AbsentScanner:
    """The scanner types like a keyboard, and core.qt hears it."""

    def start(self, listener: ScannerListener) -> None:
        """Nothing will be heard here."""

    def stop(self) -> None:
        """Nothing was heard here."""


class AbsentCloud:
    """The station works alone: every door to the cloud is closed with StationNotEnrolled."""

    def charge(
        self, payment: PaymentId, sale: SaleId, amount: Money, payer_code: str, description: str
    ) -> ChargeAnswer:
        """Raises StationNotEnrolled."""
        raise StationNotEnrolled

    def query(self, payment: PaymentId) -> ChargeAnswer | None:
        """Raises StationNotEnrolled."""
        raise StationNotEnrolled

    def cancel(self, payment: PaymentId) -> ChargeAnswer:
        """Raises StationNotEnrolled."""
        raise StationNotEnrolled

    def start_qr(
        self, payment: PaymentId, sale: SaleId, tender: Tender, amount: Money, description: str
    ) -> QrAnswer:
        """Raises StationNotEnrolled."""
        raise StationNotEnrolled

    def refund(self, refund: PaymentId, payment: PaymentId, amount: Money, reason: str) -> RefundAnswer:
        """Raises StationNotEnrolled."""
        raise StationNotEnrolled

    def query_refund(self, refund: PaymentId) -> RefundAnswer | None:
        """Raises StationNotEnrolled."""
        raise StationNotEnrolled

    def hold(self, use: CouponUseId, sale: SaleId, code: str) -> HeldCoupon:
        """Raises StationNotEnrolled."""
        raise StationNotEnrolled

    def redeem(self, use: CouponUseId, sale: SaleId, discount: Money) -> None:
        """Raises StationNotEnrolled."""
        raise StationNotEnrolled

    def release(self, use: CouponUseId) -> None:
        """Raises StationNotEnrolled."""
        raise StationNotEnrolled

    def claim(self, order: OrderId, claim: str) -> None:
        """Raises StationNotEnrolled."""
        raise StationNotEnrolled

    def send(self, messages: Sequence[Envelope]) -> Delivery:
        """Raises StationNotEnrolled."""
        raise StationNotEnrolled

    def fetch(self, after: int) -> Sequence[Envelope]:
        """Raises StationNotEnrolled."""
        raise StationNotEnrolled
