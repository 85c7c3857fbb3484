"""For imports under way: this moved to core.qt.approval."""

from core.qt.approval.asking import AsksApproval

__all__ = ["AsksApproval"]
