"""Sentences about the providers' daily bills."""

from core.wording.catalogue import mark

SENTENCES = {
    "bill_day_unfit": mark("A bill is of a day that is over, at most {days} days back. Choose another day."),
    "difference_not_found": mark("There is no such difference. Open the list again."),
    "difference_closed": mark("This difference is settled already, or is none any more."),
}
