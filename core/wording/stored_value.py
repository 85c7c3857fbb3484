"""Sentences about stored value: top-ups, refunds of a balance, recharge cards, what stations are owed."""

from core.wording.catalogue import mark

SENTENCES = {
    "top_up_not_found": mark("This top-up does not exist."),
    "top_up_closed": mark("This top-up is paid already or was not paid in time. Start a new one."),
    "prepaid_limit_reached": mark(
        "One person may keep {limit} of paid-in money here; {room} more is possible now. Register your name to keep more."
    ),
    "nothing_to_pay_back": mark("No money that was paid in is left here, so nothing can be paid back."),
    "balance_refund_not_found": mark("This refund of a balance does not exist."),
    "balance_refund_decided": mark("This refund of a balance has been decided already."),
    "card_batch_not_found": mark("There is no such batch of recharge cards."),
    "card_batch_exported": mark(
        "The codes of this batch were told once and cannot be told again. Take the batch back and make a new one."
    ),
    "card_batch_not_exported": mark("The codes of this batch have not been told yet. Export it first."),
    "card_buyer_needed": mark(
        "Whoever buys cards for {from} or more has to give a name. Write down the buyer first."
    ),
    "recharge_card_unfit": mark("Card {card} is not in a state that allows this."),
    "recharge_card_expired": mark(
        "Card {card} ran out on {expired_at}. What it holds is not lost: the finance office makes it valid again."
    ),
    "ledger_account_not_found": mark("There is no such account in the books."),
    "payout_too_large": mark("The station is owed {owed}; {asked} would be too much."),
    "card_not_here": mark(
        "This recharge card belongs to another company. Nothing was charged; ask for another way to pay."
    ),
    "card_expired": mark(
        "This recharge card has run out. Nothing was charged; the head office can make it valid again."
    ),
}
