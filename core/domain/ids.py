"""Typed ids, so a SaleId never goes where an OrderId belongs.

Ids of things that are born here are 32 lower-case hex characters, time-ordered (UUIDv7), made by core.ports.identity.
"""

from typing import NewType

GradeCode = NewType("GradeCode", str)  # "G92", "G95", "G98", "D0"
PumpNumber = NewType("PumpNumber", int)  # as painted on the pump, from 1
NozzleNumber = NewType("NozzleNumber", int)  # on its pump, from 1
NozzleId = NewType("NozzleId", str)  # "3-1": pump 3, nozzle 1
TankNumber = NewType("TankNumber", int)  # as painted on its cover, from 1
DeliveryId = NewType("DeliveryId", str)
StockEntryId = NewType("StockEntryId", str)
TankAlarmId = NewType("TankAlarmId", str)
GoodsId = NewType("GoodsId", str)
StaffId = NewType("StaffId", str)
ApprovalId = NewType("ApprovalId", str)
ShiftId = NewType("ShiftId", str)
CashMovementId = NewType("CashMovementId", str)
ShiftCorrectionId = NewType("ShiftCorrectionId", str)
SaleId = NewType("SaleId", str)
LineId = NewType("LineId", str)
PaymentId = NewType("PaymentId", str)
RefundId = NewType("RefundId", str)
AccountId = NewType("AccountId", str)
AccountEntryId = NewType("AccountEntryId", str)
CouponUseId = NewType("CouponUseId", str)
PointsUseId = NewType("PointsUseId", str)
MemberId = NewType("MemberId", str)
ConfirmationId = NewType("ConfirmationId", str)
OfferId = NewType("OfferId", str)
PrepayId = NewType("PrepayId", str)
FillId = NewType("FillId", str)
FillEntryId = NewType("FillEntryId", str)
DebtId = NewType("DebtId", str)
MissingFillId = NewType("MissingFillId", str)
CounterSnapshotId = NewType("CounterSnapshotId", str)
AuthorisationId = NewType("AuthorisationId", str)
OrderId = NewType("OrderId", str)
HelpCallId = NewType("HelpCallId", str)
PriceChangeId = NewType("PriceChangeId", str)
GuidePriceId = NewType("GuidePriceId", str)
CaseId = NewType("CaseId", str)  # of a gap between two counts of the same fuel
StationId = NewType("StationId", str)
PrintJobId = NewType("PrintJobId", str)
EmergencyId = NewType("EmergencyId", str)


def nozzle_id(pump: PumpNumber, nozzle: NozzleNumber) -> NozzleId:
    """The station-wide name of a nozzle."""
    return NozzleId(f"{pump}-{nozzle}")
