"""What is under way when a shift ends, in words."""

from core.domain.blocker import Blocker, BlockerKind
from core.domain.payment import Tender
from core.wording import names
from core.wording.catalogue import _, mark, ngettext

_WHAT = {
    BlockerKind.OPEN_BILL: mark("Open bill of {label}"),
    BlockerKind.HELD_BILL: mark("Held bill: {label}"),
    BlockerKind.UNCLEAR_PAYMENT: mark("Unclear payment, {label}"),
    BlockerKind.PENDING_REFUND: mark("Refund {label} has not arrived"),
    BlockerKind.UNPAID_FILL: mark("Unpaid fill at pump {label}"),
    BlockerKind.RUNNING_FILL: mark("Pump {label} is filling"),
    BlockerKind.PREPAY_OVERRUN: mark("Pump {label} delivered more than was paid"),
    BlockerKind.OPEN_PREPAY: mark("Paid beforehand, not filled: pump {label}"),
}


def what(blocker: Blocker) -> str:
    """What is under way, in words."""
    label = blocker.label
    if blocker.kind is BlockerKind.UNCLEAR_PAYMENT:
        label = names.tender(Tender(label))
    elif blocker.kind is BlockerKind.WAITING_PAPER:
        return ngettext("{count} paper not printed", "{count} papers not printed", int(label)).format(
            count=label
        )
    elif blocker.kind is BlockerKind.UNSENT:
        words = ngettext(
            "{count} record not sent to the cloud", "{count} records not sent to the cloud", int(label)
        )
        return words.format(count=label)
    return _(_WHAT[blocker.kind]).format(label=label)
