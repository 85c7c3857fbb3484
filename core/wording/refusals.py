"""A refusal or fault as a sentence that says what happened and what to do next."""

from datetime import datetime

from core.domain.debt import DebtState
from core.domain.fill import FillState
from core.domain.missing_fill import MissingState
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.domain.price_switch import BlockWhy
from core.domain.pump import PumpState
from core.domain.refusals.prices import NozzleBlocked
from core.domain.refusals.pumps import DebtClosed, FillStateUnfit, MissingFillClosed, PumpBusy, PumpRefused
from core.domain.refusals.refusal import Refusal
from core.domain.refusals.tanks import DeliveryUnfit, StockEntryUnfit, StrappingUnfit, TankUnfit
from core.domain.staff import Permission
from core.wording import (
    bills,
    controller,
    coupon_refusals,
    fills,
    formats,
    invoices,
    names,
    offices,
    persons,
    prices,
    stored_value,
    tanks,
)
from core.wording.catalogue import _, mark

_SENTENCES = {
    **coupon_refusals.SENTENCES,
    "not_signed_in": mark("Your sign-in has ended. Please sign in again."),
    "not_allowed": mark("You do not have the right to {permission}. Ask a manager."),
    "wrong_pin": mark("Wrong PIN. {tries_left} tries left."),
    "pin_locked": mark("Too many wrong PINs. Try again after {until}."),
    "pin_unfit": mark("A PIN has 4 to 8 digits."),
    "staff_not_found": mark("This person does not work here any more. Choose again."),
    "role_unknown": mark("There is no such role. Choose one from the list."),
    "role_unfit": mark("A role needs a name of its own, up to 40 letters."),
    "role_has_people": mark("{people} people still have this role. Give them another one first."),
    "nobody_left_to_manage": mark(
        "After this nobody could manage people and rights any more. Give somebody else these rights first."
    ),
    "approval_needed": mark("Somebody with the right to {permission} has to agree."),
    "approval_not_valid": mark(
        "This agreement no longer holds: it is for one time and two minutes. Ask again."
    ),
    "approval_of_oneself": mark("Nobody agrees to what he asked for himself. Choose another person."),
    "card_unknown": mark("This staff card does not belong here. Choose your name and type the PIN."),
    "till_is_locked": mark(
        "The till is locked. Whoever worked here last, or somebody who may sell, opens it."
    ),
    "station_already_open": mark("This database already holds a station. Choose an empty one."),
    "case_not_found": mark("There is no such case any more. Open the list again."),
    "case_is_closed": mark("This case is closed. What comes up later is a new one."),
    "case_needs_reason": mark("Say first what made the difference."),
    "no_shift_open": mark("No shift is open. Open a shift first."),
    "shift_already_open": mark("Shift {number} is still open. Close it first."),
    "z_report_damaged": mark(
        "The Z of shift {number} was changed in the database after the shift had closed. Verify the journal and tell the owner."
    ),
    "cash_movement_not_found": mark("This cash movement is not in the books."),
    "shift_is_open": mark("Shift {number} is still open. Count it first."),
    "shift_is_closed": mark("Shift {number} is closed already."),
    "shift_has_open_work": mark(
        "The shift cannot be closed yet: {sales} open bills, {payments} unclear payments. Settle or cancel them first."
    ),
    "reason_missing": mark("Say why, in a word or two."),
    "amount_unfit": mark("This amount cannot be right: {amount}. Type it again."),
    "nozzle_of_another_fuel": mark(
        "Pump {pump} nozzle {nozzle} gives another fuel than was paid for. Send the order back, so that the driver orders anew."
    ),
    "no_question_open": mark("The station does not ask this any more."),
    "help_call_not_found": mark("This call for help is not in the books."),
    "not_this_car": mark("The driver says that this is not their car. Look for the right one."),
    "sale_not_found": mark("This bill does not exist. Start a new one."),
    "sale_is_closed": mark("This bill is closed and does not change any more. Start a new one."),
    "sale_is_empty": mark("The bill is empty. Add fuel or goods first."),
    "sale_has_money": mark("Money was already taken for this bill. Finish it, or give the money back first."),
    "payment_unclear": mark(
        "A payment of this bill is not clear yet. Wait, or press Ask now; do not charge again."
    ),
    "payment_is_final": mark("This payment is finished and does not change any more."),
    "payment_not_found": mark("This payment does not exist."),
    "nothing_due": mark("The bill is paid. Nothing is due."),
    "not_enough_cash": mark("{given} is less than the {due} due. Take more cash or another way to pay."),
    "refund_too_large": mark("Only {paid} was paid; {asked} cannot be given back."),
    "sale_in_use": mark(
        "{cashier} has this bill open at another till. Finish it there, or ask a manager to take it over."
    ),
    "line_unfit": mark("This cannot be done with this line: the pump's figures stand."),
    "title_missing": mark("Goods typed by hand need a name."),
    "discount_unfit": mark("The line costs {most}: {asked} cannot be taken off."),
    "rounding_too_far": mark("The station does not round this far."),
    "too_many_held": mark("{limit} bills are held already. Finish some of them first."),
    "member_not_found": mark("No member has {text}. Check it, or ask for his member code."),
    "member_needs_choice": mark("Several members share this plate. Choose one."),
    "member_not_proven": mark("A phone number or a plate spends nothing. Scan his member code."),
    "no_member_on_bill": mark("Put the member on the bill first."),
    "points_not_enough": mark("He has {have} points, {asked} were asked for."),
    "points_unfit": mark("So few points take nothing off this bill."),
    "points_already_on_bill": mark("Points are on this bill already. Take them off first."),
    "points_hold_gone": mark(
        "The points are no longer set aside for this bill. Take them off and spend them again."
    ),
    "offer_unfit": mark("Something is missing or wrong: {wrong}."),
    "offer_not_found": mark("This offer has ended already."),
    "message_not_aside": mark("Somebody has seen to this message already."),
    "barcode_taken": mark(
        "{name} has the barcode {barcode} already. Look at the digits, or change those goods."
    ),
    "quick_key_taken": mark("{name} has this quick key. Choose another place."),
    "line_not_found": mark("This line is not on the bill any more."),
    "quantity_unfit": mark("The quantity must be a whole number from 1 to 999."),
    "goods_not_found": mark("No goods have the barcode {barcode}. Scan again or type it."),
    "code_unknown": mark("The code {text} is neither goods nor a coupon nor a payment code. Scan again."),
    "not_a_payment_code": mark(
        "This is not a WeChat or Alipay payment code. Ask the customer to open the payment code."
    ),
    "pump_not_found": mark("There is no such pump or nozzle: {pump}."),
    "pumps_stopped": mark("All pumps were stopped in an emergency. End the stop first (F12)."),
    "pump_busy": mark("Pump {pump} is not free ({state}). Wait until it is idle."),
    "pump_has_unpaid_fills": mark("Pump {pump} has {limit} unpaid fills. Settle them first."),
    "pump_refused": mark("The controller refused pump {pump}: {controller_message} ({controller_code})."),
    "pump_not_asked": mark(
        "The pump was not released: no till was in charge of it just then. Release it again."
    ),
    "authorisation_closed": mark("This release of the pump has ended already."),
    "fill_not_found": mark("This fill does not exist."),
    "fill_taken": mark("This fill of pump {pump} is on another bill or already paid."),
    "fill_not_yours": mark("This fill is not on this bill."),
    "fill_state_unfit": mark("This fill of pump {pump} {state}: that cannot be done with it now."),
    "fill_not_claimed": mark("This fill is on no open bill."),
    "litres_unfit": mark("At most {most} can go back, and only into a tank. Choose the tank."),
    "debt_not_found": mark("Nobody owes this fill."),
    "debt_closed": mark("{number} has ended already: {state}."),
    "who_owes_missing": mark("A promise needs a name, a mobile number and a day by which it is paid."),
    "due_day_unfit": mark("The day must be today or later, within {most_days} days."),
    "missing_fill_closed": mark("This was decided already: {state}."),
    "counter_not_fill": mark(
        "The counter of pump {pump}, nozzle {nozzle} did not move as a fill moves it. Say what it was and reject it."
    ),
    "price_out_of_range": mark("The price must be between {lowest} and {highest}. Check the decimal point."),
    "price_change_in_the_past": mark("The moment {due_at} is over. Choose a later one."),
    "price_change_twice": mark("{grade} already has a price change at {due_at}. Withdraw it first."),
    "price_change_closed": mark("This price change has begun, is done or was withdrawn."),
    "price_change_own": mark("You wrote this price down yourself. Another person has to agree."),
    "nozzle_blocked": mark(
        "Nozzle {nozzle} of pump {pump} has not taken the new price: nothing may be released on it. {why}."
    ),
    "nozzle_takes_price": mark(
        "Nozzle {nozzle} of pump {pump} takes its new price first. Hang the nozzle up for a moment, then release again."
    ),
    "guide_price_unfit": mark("A guide price holds from today on, not for days that are over."),
    "nothing_to_try_again": mark("This nozzle is not blocked any more."),
    "grade_not_found": mark("The station does not sell {grade}."),
    "order_not_found": mark("This order does not exist."),
    "order_state_unfit": mark("The order has moved on; this step is not possible now."),
    "order_no_longer_waiting": mark(
        "The order was cancelled or taken. Do not fill; the money goes back by itself."
    ),
    "station_silent": mark(
        "The station cannot be reached just now and could not serve you. Choose another one, or try again later."
    ),
    "parts_unfit": mark(
        "This part of the payment cannot be {amount} here; at most {most}. Choose again how to pay."
    ),
    "stored_value_short": mark(
        "Only {have} can be used here, {asked} was asked for. Choose again how to pay."
    ),
    "recharge_card_blocked": mark(
        "This recharge card is blocked. What it holds is not lost; ask at the station."
    ),
    "order_already_accepted": mark("The station is already serving this order. Ask the attendant."),
    "amount_out_of_range": mark("The amount must be between {lowest} and {highest}."),
    "volume_out_of_range": mark("The volume must be between {lowest} and {highest}."),
    "plate_unfit": mark("{plate} is not a plate number. Check it."),
    "unknown_message": mark("A message of kind {kind} is not understood here ({why}). Update the program."),
    "printer_out_of_paper": mark("The printer is out of paper. Load paper, then print again."),
    "printer_cover_open": mark("The printer's cover is open. Close it, then print again."),
    "printer_not_set": mark("No receipt printer is set for this till, so nothing is printed."),
    "printing_interrupted": mark(
        "The power went while this was being printed. It is printed again by itself, marked as a copy."
    ),
    "printer_fault": mark("The printer cannot print. Look at it; what waits is printed by itself."),
    "print_job_not_found": mark("This paper is not in the queue any more."),
    "print_job_ended": mark("This paper is being printed or has come out already."),
    "paper_unknown": mark(
        "This paper could not be made ready and was left out. Print it again from the list."
    ),
    "printer_offline": mark("The printer does not answer. Check its power and cable, then print again."),
    "pump_line_down": mark(
        "The pump controller does not answer. Fills go on; check its power and network cable."
    ),
    "pump_answer_lost": mark(
        "The pump controller did not confirm. Look at the pump; it is being asked again."
    ),
    "pump_answer_unfit": mark(
        "The pump controller's answers are not understood. Check its address and its firmware."
    ),
    "pump_controller_certificate": mark(
        "The pump controller shows another certificate than the one in the settings. Nothing is sent to it. "
        "Ask who changed it; only then enter the new fingerprint."
    ),
    "pump_controller_login": mark("The pump controller refuses our user or password. Check the settings."),
    "price_pole_silent": mark(
        "The price pole does not take the prices. Check its power and its cable, and look at what it shows."
    ),
    "gauge_silent": mark("The tank gauge does not answer. Check its power and its network cable."),
    "gauge_answer_unfit": mark(
        "The tank gauge answers something that is not its protocol. Check its settings."
    ),
    "gauge_refused": mark(
        "The gauge does not measure tank {tank}. Check the probe, or dip the tank by hand."
    ),
    "tank_not_found": mark("There is no tank {tank} here."),
    "tank_unfit": mark("Tank {tank} cannot be like that: {why}."),
    "strapping_unfit": mark("This is no strapping table, look at line {line}: {why}."),
    "strapping_unreadable": mark(
        "{file} cannot be read as a table. Choose a CSV file with millimetres and litres in each line."
    ),
    "stock_day_not_found": mark(
        "There are no tank figures of {day} yet. A day is written down when it is over."
    ),
    "no_strapping": mark("Tank {tank} has no strapping table. Read one in before it is dipped."),
    "height_unfit": mark(
        "{height} is not in the strapping table of tank {tank}, which ends at {highest}. Dip again."
    ),
    "temperature_unfit": mark(
        "{temperature} cannot be the temperature in a tank. Look at the thermometer again."
    ),
    "water_above_fuel": mark("In tank {tank} the water would stand above the fuel. Type both heights again."),
    "tank_not_measured": mark(
        "Tank {tank} was not measured in the last minutes. Look at the gauge, or dip it."
    ),
    "delivery_not_found": mark("There is no such delivery."),
    "delivery_unfit": mark("The delivery cannot be taken like that: {why}."),
    "delivery_state_unfit": mark(
        "The delivery has moved on; this step is not possible now. Look at the list."
    ),
    "delivery_does_not_fit": mark(
        "{wanted} do not fit into tank {tank}: up to its safe fill there is room for {room}. Do not unload."
    ),
    "tank_still_settling": mark("Tank {tank} has not come to rest. Measure it in {minutes} minutes."),
    "tank_takes_delivery": mark("Tank {tank} is taking another delivery. Finish that one first."),
    "stock_entry_unfit": mark("This line cannot go into the stock book: {why}."),
    "tank_alarm_not_found": mark("This alarm is over, or somebody has seen it already."),
    "cloud_unreachable": mark(
        "The cloud cannot be reached. Cash and fuel go on; codes and coupons must wait."
    ),
    "cloud_answer_lost": mark(
        "The cloud did not answer in time. It is being asked again; do not charge a second time."
    ),
    "cloud_answer_unfit": mark(
        "The cloud gave an answer that is not understood ({status}). Try again later."
    ),
    "station_not_enrolled": mark(
        "This station is not connected to the cloud. Ask a manager to pair it again."
    ),
    "report_not_written": mark(
        "The report could not be written to {path}. Check the disk; the figures are safe."
    ),
    "malformed_request": mark("The request is not understood. Update the program and try again."),
    "not_found": mark("There is nothing here. Go back and try again."),
    "too_many_tries": mark("Too many tries. Wait {retry_after_seconds} seconds and try again."),
    "too_many_requests": mark("Too many requests. Wait {retry_after_seconds} seconds and try again."),
    "phone_unfit": mark("This is not a mobile number. Check the 11 digits."),
    "sign_in_code_wrong": mark("The code is not right. {tries_left} tries left."),
    "sign_in_code_expired": mark("The code is no longer valid. Ask for a new one."),
    "member_code_expired": mark(
        "The member code is over. Ask the customer to show a fresh one, then scan again."
    ),
    "recharge_card_not_found": mark("There is no recharge card with this code. Scan it again."),
    "pairing_code_wrong": mark("The pairing code is wrong, used or too old. Ask for a new one."),
    "station_not_found": mark("This station does not exist. Choose another one."),
    "vehicle_not_found": mark("You have no car with the plate {plate}."),
    "too_many_vehicles": mark("You can keep {limit} cars at most. Remove one first."),
    "quote_not_found": mark("This price offer does not exist. Choose the amount again."),
    "quote_expired": mark("The price offer is no longer valid. Choose the amount again."),
    "idempotency_key_reused": mark("This request was already sent with other contents. Start again."),
    "invoice_house_unreachable": mark("The invoice service does not answer. Please try again in a moment."),
    "sms_unreachable": mark("The text message could not be sent. Try again in a moment."),
    "provider_unreachable": mark(
        "The payment provider does not answer. Nothing was charged; try again in a moment."
    ),
    # Why a payment was declined or cancelled: codes of cloud_api/payments, which have no class of their own.
    "balance_short": mark(
        "The customer's balance is too small. Nothing was charged; ask for another way to pay."
    ),
    "code_expired": mark(
        "The payment code has expired or was used. Ask the customer to refresh it, then scan again."
    ),
    "card_not_known": mark(
        "This recharge card is not known or not active yet. Nothing was charged; ask for another way to pay."
    ),
    # Why a refund did not arrive.
    "payer_account_closed": mark(
        "The customer's account takes nothing back. Give the money back another way."
    ),
    "refund_refused": mark("The provider refuses this refund. Give the money back another way."),
    "refund_closed": mark("The provider has closed this refund. Give the money back another way."),
    "refund_failed": mark("The refund did not arrive. Call a manager; look at the provider's account."),
    "card_tries_locked": mark(
        "Too many unknown cards were tried here. Nothing was charged; wait a quarter of an hour."
    ),
    "code_invalid": mark(
        "The payment code has expired or was used. Ask the customer to refresh it, then scan again."
    ),
    "card_not_supported": mark(
        "The customer's card cannot pay here. Ask for another card or another way to pay."
    ),
    "limit_reached": mark(
        "The customer has reached a payment limit. Nothing was charged; ask for another way to pay."
    ),
    "payer_refused": mark("The customer did not confirm the payment. Nothing was charged."),
    "account_blocked": mark(
        "The customer's account cannot pay. Nothing was charged; ask for another way to pay."
    ),
    "provider_refused": mark(
        "The provider refuses the merchant account. Nothing was charged; take cash, tell the manager."
    ),
    "not_paid_in_time": mark("The customer did not pay in time. Whatever was charged goes back."),
    "cancelled_at_counter": mark("The payment was cancelled. Whatever was charged goes back."),
    "never_charged": mark("The charge never arrived at the cloud. Nothing was charged; charge again."),
    "cancelling": mark("The payment is being cancelled. Wait for the answer; do not charge again."),
    "provider_not_offered": mark("This way to pay is not available here. Choose another one."),
    "channel_not_offered": mark("This way to pay is not available here. Choose another one."),
    "payer_not_known": mark("WeChat has not told us who pays. Open the mini program again and pay there."),
    "cloud_database_unreachable": mark("The cloud is busy. Nothing was lost; try again in a moment."),
    "card_number_refused": mark(
        "That looks like a bank card's number. It must not be written down: type the slip's number instead."
    ),
    "slip_number_unfit": mark("The slip's number has 1 to 32 letters, digits or dashes. Type it again."),
    "slip_number_used": mark("Slip {slip} stands on another payment already. Look at the slip again."),
    "tender_unfit": mark("This way to pay does not go here. Choose another one."),
    "amount_over_due": mark("Only {due} is due; {asked} would need change, and only cash gives change."),
    "payment_not_in_bill": mark("This payment is not in the bill any more."),
    "refund_over_sold": mark("Of this line only {left} is left to give back, not {asked}."),
    "refund_over_paid": mark("Only {left} can still go back this way, not {asked}. Call a manager."),
    "nothing_to_refund": mark("Choose what goes back. What went back before is not there any more."),
    "bill_not_found": mark(
        "No paid bill was found for {text}. Type the whole number from the receipt, or choose from the list."
    ),
    "refund_not_found": mark("This refund does not exist."),
    "refund_is_final": mark("This part of the refund is finished already."),
    "refund_waits": mark(
        "Refund {number} of this bill is not finished yet. Finish it or wait for its answer first."
    ),
    "prepay_not_found": mark("There is no prepay {asked}. Look at the number on the receipt or the slip."),
    "prepay_is_released": mark(
        "Pump {pump} is released for prepay {number}. Take the release back first; fuel may flow at any moment."
    ),
    "pump_not_released": mark("The pump is not released for prepay {number}: there is nothing to take back."),
    "prepay_fill_began": mark("Fuel flows for prepay {number} at pump {pump} already. Let it end there."),
    "prepay_is_closed": mark("Prepay {number} is finished: it was filled or its money is back."),
    "prepay_is_open": mark(
        "Prepay {number} on this bill is still open. Give it back there, then refund the rest."
    ),
    "prepay_owes": mark(
        "Nothing is left of prepay {number}: {owed} more was delivered than was paid. Collect it, or have it waived."
    ),
    "prepay_not_overrun": mark("Nothing is owed for prepay {number} any more."),
    "overrun_on_bill": mark(
        "What is owed for prepay {number} stands on {cashier}'s open bill. Finish that bill, or take the line off it."
    ),
    "pump_is_paid_for": mark(
        "Fuel from pump {pump} is paid already, prepay {number}. Release it from the prepays, or move the prepay elsewhere."
    ),
    "pump_has_prepay": mark(
        "Somebody has paid for pump {pump} already. Finish that first or choose another pump."
    ),
    "price_not_confirmed": mark(
        "Nozzle {nozzle} of pump {pump} has not told its price. Type an amount instead of litres."
    ),
    "pump_is_connected": mark("Pump {pump} tells its fills itself: nothing is keyed for it."),
    "keyed_fill_empty": mark("Key the litres, the amount, or what the counter of pump {pump} shows now."),
    "counter_went_back": mark(
        "The counter of pump {pump} showed {before} before: {counter} cannot be right. Read it again; a new counter needs a reason."
    ),
    "keyed_fill_large": mark("{volume} at pump {pump} is more than a car takes. Read it again."),
    "keyed_figures_apart": mark(
        "{volume} cost {expected}, and {amount} was keyed. Read the display of pump {pump} again; its amount is what counts."
    ),
    "keyed_counter_apart": mark(
        "The counter of pump {pump} moved by {counter}, and {volume} was keyed. Was a fill before this one not keyed?"
    ),
    "sale_not_completed": mark("This bill is not paid yet. Change or cancel it at the counter."),
    "sale_of_another_shift": mark(
        "Bill {number} is of an earlier shift: it cannot be voided, only refunded."
    ),
    "account_not_found": mark("There is no such account customer."),
    "account_is_closed": mark("{name} does not buy on account any more. Choose another way to pay."),
    "account_limit_reached": mark("{name} may buy for {left} more on account; this is {asked}."),
    "account_owes_more": mark("The customer owes {owed}. The limit cannot be lower than that."),
    "account_owes_less": mark("The customer owes only {owed}; {asked} is too much."),
    "plate_not_on_account": mark("{plate} is not a car of {name}. Look at the plate again."),
    "account_name_unfit": mark("An account needs a name of 1 to 60 letters."),
    **bills.SENTENCES,
    **stored_value.SENTENCES,
    **offices.SENTENCES,
    **persons.SENTENCES,
    **invoices.SENTENCES,
    "disk_full": mark(
        "The disk is full, so nothing was saved. Make room on it or call a manager, then do it again."
    ),
    "database_busy": mark(
        "Another program keeps the books locked, so nothing was saved. Try again; if it stays so, restart that program."
    ),
    "database_read_only": mark(
        "The books can only be read, so nothing was saved. Ask a manager to check the disk and the file's rights."
    ),
    "database_damaged": mark(
        "The books' file is damaged. Stop selling and ask a manager to restore the last backup."
    ),
    "database_gone": mark(
        "The books' file was moved, deleted or replaced. Stop selling, close the program and call a manager."
    ),
    "database_unavailable": mark(
        "The disk or the database fails, so nothing was saved. Look whether the bill is still open, then do it again."
    ),
}


def sentence(refusal: Refusal) -> str:
    """The refusal in the language chosen. A class without a sentence is a bug and raises KeyError."""
    words = _in_words(refusal.facts)
    if isinstance(refusal, PumpRefused):
        words["controller_message"] = controller.reason(refusal.controller_message)
    if isinstance(refusal, PumpBusy):
        words["state"] = names.pump_state(PumpState(refusal.state))
    if isinstance(refusal, FillStateUnfit):
        words["state"] = fills.fill_state(FillState(refusal.state))
    if isinstance(refusal, NozzleBlocked):
        words["why"] = prices.why_blocked(BlockWhy(refusal.why))
    if isinstance(refusal, DebtClosed):
        words["state"] = fills.debt_state(DebtState(refusal.state))
    if isinstance(refusal, MissingFillClosed):
        known = refusal.state in set(MissingState)
        words["state"] = fills.missing_state(MissingState(refusal.state)) if known else refusal.state
    if isinstance(refusal, TankUnfit | StrappingUnfit | DeliveryUnfit | StockEntryUnfit):
        words["why"] = tanks.why(refusal.why)
    return _(_SENTENCES[refusal.code]).format(**words)


def sentence_of_code(code: str) -> str:
    """The sentence of a refusal known only by its code, for one that carries no data; the code itself otherwise."""
    text = _SENTENCES.get(code)
    return _(text) if text is not None and "{" not in text else code


_MEASURES = {"height": tanks.height, "highest": tanks.height, "temperature": tanks.celsius}


def _in_words(facts: dict[str, object]) -> dict[str, object]:
    words: dict[str, object] = {}
    for name, value in facts.items():
        if name.endswith("_fen"):
            words[name.removesuffix("_fen")] = formats.money(Money(_whole(value)))
        elif name.endswith("_li"):
            words[name.removesuffix("_li")] = formats.unit_price(UnitPrice(_whole(value)))
        elif name.endswith("_ml"):
            words[name.removesuffix("_ml")] = formats.litres_of_millilitres(_whole(value))
        elif isinstance(value, datetime):
            words[name] = formats.moment(value)
        elif name == "permission":
            words[name] = names.permission(Permission(str(value)))
        elif name == "grade":
            words[name] = names.grade(str(value))
        elif name in _MEASURES:
            words[name] = _MEASURES[name](_whole(value))
        elif name == "grades" and isinstance(value, tuple):
            words[name] = _(", ").join(names.grade(code) for code in value)
        else:
            words[name] = value
    return words


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(f"{value!r} is not a whole number")
    return value
