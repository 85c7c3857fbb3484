"""Sentences about drivers as persons: WeChat sign-in, consents, copies, erasure."""

from core.wording.catalogue import mark

SENTENCES = {
    "wechat_not_offered": mark("Signing in through WeChat is not available here. Use your phone number."),
    "wechat_code_unfit": mark("WeChat did not recognise this sign-in. Open the mini program again."),
    "wechat_account_blocked": mark(
        "WeChat does not let this account sign in at the moment. Use your phone number."
    ),
    "wechat_phone_needed": mark("You are new here: allow the mini program to read your phone number."),
    "wechat_unreachable": mark("WeChat does not answer. Try again in a moment, or use your phone number."),
    "consent_purpose_unknown": mark("There is nothing to agree to under {purpose}."),
    "person_has_open_orders": mark(
        "{orders} orders are not over yet, or their money is still on its way back. Finish or cancel them first."
    ),
    "person_has_balance": mark(
        "{amount} is still in your wallet. Spend it or have it paid back first; then everything about you can be erased."
    ),
    "copy_not_ready": mark("The copy is still being made. Look again in a minute."),
    "plate_of_too_many": mark(
        "{limit} people have {plate} already. If it is your car, ask customer support to look at it."
    ),
}
