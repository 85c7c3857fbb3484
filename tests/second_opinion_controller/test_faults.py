"""Every fault of a forecourt's day at another controller: afterwards the books have what flowed, fill by fill."""

from datetime import timedelta

import pytest

from core.devices.pumps import poller
from core.domain.counter import CounterWhy
from core.domain.ids import PumpNumber
from core.domain.money import Money
from core.domain.pump import Preset, PresetKind
from tests.second_opinion_controller.channel import LAST_NUMBER
from tests.second_opinion_controller.front import Mischief, half, in_chunks, sent, silence
from tests.second_opinion_controller.rig import Site
from tests.second_opinion_controller.store import Card
from tests.waiting import eventually


def test_the_line_is_lost_in_the_middle_of_a_fill(site: Site):
    site.release(1)
    site.lift(1)
    site.squeeze(1, 8_000)
    site.front.cut()
    eventually(lambda: site.till.health.state.pumps, "the till knows")
    site.squeeze(1, 12_340)
    site.hang_up(1)
    site.front.connect()
    site.until_the_books_are_true()
    site.until_nothing_is_open()


def test_the_controller_is_restarted_in_the_middle_of_a_fill(site: Site):
    site.release(1)
    site.lift(1)
    site.squeeze(1, 8_000)
    site.front.cut()
    site.controller.restart()
    site.front.connect()
    site.until_all_report()
    site.squeeze(1, 4_000)
    site.hang_up(1)
    site.until_the_books_are_true()


def test_the_controller_closes_by_itself_what_ended_while_it_restarted(site: Site):
    site.release(1)
    site.lift(1)
    site.squeeze(1, 8_000)
    site.front.cut()
    site.hang_up(1)
    site.controller.restart()  # the record is on its card, and nothing is open any more
    assert not site.controller.channels[1].stage
    site.front.connect()
    site.until_the_books_are_true()


def test_the_till_starts_again_after_a_fill_that_nobody_saw(site: Site):
    site.release(2, 2)
    site.lift(2, 2)
    site.squeeze(2, 3_330)
    site.shut()
    site.squeeze(2, 3_330)
    site.hang_up(2)
    site.open()
    site.until_the_books_are_true()
    site.until_nothing_is_open()


def test_a_fill_by_the_dispensers_own_key_is_found_on_the_card(site: Site):
    site.release(1)
    site.fill(1, 1, 1_000)
    site.until_the_books_are_true()
    site.unplug(3)
    site.controller.dispensers[3].manual = True
    site.fill(3, 2, 15_000)
    site.unplug(3, plugged=True)
    site.until_the_books_are_true(20)


def test_what_only_a_counter_tells_is_proposed_and_booked_by_one_word(site: Site):
    site.release(1)
    site.fill(1, 1, 1_000)
    site.until_the_books_are_true()
    site.till.forecourt.heal()
    site.controller.card.present = False
    site.unplug(1)
    site.controller.dispensers[1].manual = True
    site.fill(1, 1, 7_000)
    site.fill(1, 1, 5_550)  # of two the display keeps the last, and the card is out
    site.controller.channels[1].seen += 2
    site.unplug(1, plugged=True)
    eventually(lambda: site.state(1) == "idle", "the pump is back")
    site.till.forecourt.heal(CounterWhy.CHECK)
    eventually(lambda: site.proposed() == 1, "the gap is proposed")
    [gap] = site.till.missing.proposed()
    assert gap.volume.millilitres == 12_550
    site.till.missing.accept(gap.id, site.manager)
    booked = site.rows("SELECT volume, amount FROM fills WHERE source = 'counter'")
    assert booked == [{"volume": 12_550, "amount": 9_802}]
    site.till.forecourt.heal()
    assert site.proposed() == 0


def test_numbers_begin_anew_after_the_largest(site: Site):
    for channel in site.controller.channels.values():
        channel.number = LAST_NUMBER - 1
    for volume in (1_000, 2_000, 3_000):
        site.release(1)
        site.fill(1, 1, volume)
        site.until_the_books_are_true()
        site.until_nothing_is_open()
    assert site.controller.channels[1].number == 2


def test_a_reply_is_lost_after_the_command_was_carried_out(site: Site):
    for spoiled in (silence, half):
        for command in ("PumpAuthorize", "PumpCloseTransaction", "PumpGetTotals", "PumpStop"):
            _lose_the_reply_to(command, site, spoiled)


def _lose_the_reply_to(command: str, site: Site, spoiled: Mischief) -> None:
    site.front.spoil(command, spoiled)
    site.ask(1)
    site.until(lambda: site.controller.dispensers[1].leave is not None, "the pump is released")
    site.lift(1)
    site.squeeze(1, 6_000)
    if command == "PumpStop":
        site.till.forecourt.cancel(PumpNumber(1), site.manager)
        eventually(lambda: not site.controller.dispensers[1].running, "it is stopped")
    site.hang_up(1)
    site.until_the_books_are_true()
    site.until_nothing_is_open()


_HUGE = '{"Pump":1,"Nozzle":1,"Volume":1e400,"Price":7.81,"Amount":NaN,"Transaction":99999}'
_OF_OTHER_TYPES = '{"Pump":true,"Nozzle":[],"Volume":"5","Price":-1,"Amount":{},"Transaction":-3}'
_HOSTILE = (
    "", "{", "null", "[]", "\x00\xff", '{"Protocol":"jsonPTS"}', '{"Protocol":"jsonPTS","Packets":{}}',
    '{"Protocol":"jsonPTS","Packets":[{"Id":1,"Type":"PumpEndOfTransactionStatus","Data":{"Pump":1}}]}',
    '{"Protocol":"jsonPTS","Packets":[{"Id":1,"Type":"PumpEndOfTransactionStatus","Data":' + _HUGE + "}]}",
    '{"Protocol":"jsonPTS","Packets":[{"Id":1,"Type":"PumpFillingStatus","Data":' + _OF_OTHER_TYPES + "}]}",
    '{"Protocol":"jsonPTS","Packets":[{"Id":1,"Type":"PumpIdleStatus","Data":' + "[" * 5000 + "]" * 5000 + "}]}",
    "[" * 100_000, '{"a":' + "9" * 40_000 + "}", " " * 17_000,
)  # fmt: skip


def test_what_no_controller_should_answer_harms_no_book(site: Site):
    for place, answer in enumerate(_HOSTILE):
        pump = place % 4 + 1
        site.until_all_report()
        site.release(pump)
        site.lift(pump)
        site.squeeze(pump, 4_440)
        site.front.spoil("PumpGetStatus", lambda _text, said=answer: sent(said), times=2)  # type: ignore[misc]
        eventually(site.front.spoiled, "all of it was heard")
        site.hang_up(pump)
        site.until_the_books_are_true()
        site.until_nothing_is_open()
        site.pay()


def test_answers_in_chunks_and_another_order_are_read(site: Site):
    site.front.spoil("PumpGetStatus", in_chunks, times=5)
    site.release(1)
    site.fill(1, 1, 4_440)
    site.until_the_books_are_true()


def test_an_answer_of_before_comes_late(site: Site):
    kept: list[str] = []
    site.front.spoil("PumpGetStatus", lambda text: [kept.append(text), sent(text)][1])  # type: ignore[func-returns-value]
    eventually(lambda: kept, "one answer is kept")
    site.release(1)
    site.lift(1)
    site.squeeze(1, 4_440)
    eventually(lambda: site.state(1) == "fuelling", "it fills")
    site.front.spoil("PumpGetStatus", lambda _text: sent(kept[0]), times=2)
    eventually(site.front.spoiled, "they came")
    site.squeeze(1, 1_000)
    site.hang_up(1)
    site.until_the_books_are_true()
    site.until_nothing_is_open()


@pytest.mark.parametrize("hours", [-30, 26])
def test_a_clock_that_is_far_off_doubles_and_loses_nothing(new_site, hours):
    site = new_site(skew=timedelta(hours=hours))
    site.open()
    site.release(1)
    site.fill(1, 1, 4_000)
    site.until_the_books_are_true()
    site.controller.skew = timedelta()  # somebody puts it right
    site.release(1)
    site.fill(1, 1, 4_000)
    site.until_the_books_are_true()
    site.shut()
    site.open()
    site.till.forecourt.heal(CounterWhy.RECONNECT)
    site.until_the_books_are_true()
    assert site.proposed() == 0


def test_another_user_of_the_controller_has_the_pump(site: Site):
    site.controller.channels[1].user = "other"
    site.ask(1)
    eventually(
        lambda: site.rows("SELECT state FROM authorisations")[0]["state"] == "refused",
        "it is told as refused",
    )
    site.controller.channels[1].user = ""
    site.release(1)
    site.fill(1, 1, 2_000)
    site.until_the_books_are_true()


def test_a_controller_that_takes_no_login_is_told_by_name(site: Site, monkeypatch):
    monkeypatch.setattr(poller, "_PAUSE_AFTER_REFUSED_LOGIN", 0.1)
    site.front.forbidden = True
    eventually(lambda: site.till.health.state.pumps == "pump_controller_login", "the till names it")
    site.front.forbidden = False
    site.until_all_report()
    site.release(1)
    site.fill(1, 1, 2_000)
    site.until_the_books_are_true()


def test_leave_that_was_given_while_the_pump_could_not_be_heard_is_known_when_it_can_be(site: Site):
    site.controller.channels[1].takes_orders_offline = True
    channel = site.controller.channels[1]

    def is_taken() -> bool:
        with site.controller.lock:  # nobody polls meanwhile: the till has not seen the cable go
            if channel.request:
                return False
            site.unplug(1)
            site.ask(1)
        site.until(lambda: channel.stage or not site.is_asked(1), "the controller has answered")
        if channel.stage:
            return True
        # A question about prices came between, was stuck on the cable, and the release was refused: once more.
        site.unplug(1, plugged=True)
        site.until(lambda: not channel.request and site.state(1) == "idle", "the pump is itself again")
        return False

    site.until(is_taken, "the controller has taken it")
    eventually(lambda: site.state(1) == "offline", "the till sees it")
    site.unplug(1, plugged=True)
    site.until(lambda: site.controller.dispensers[1].leave is not None, "the pump has it")
    site.fill(1, 1, 2_000)
    site.until_the_books_are_true()
    site.until_nothing_is_open()


def test_the_pump_goes_off_its_cable_with_leave_and_comes_back_with_a_fill(site: Site):
    site.release(1, 1, Preset(PresetKind.AMOUNT, amount=Money(5_000)))
    site.unplug(1)
    eventually(lambda: site.state(1) == "offline", "the till sees it")
    site.fill(1, 1, 99_000)
    site.unplug(1, plugged=True)
    site.until_the_books_are_true()
    site.until_nothing_is_open()


def test_a_controller_that_forgot_its_last_number_is_counted_on_from_where_it_was(site: Site, monkeypatch):
    monkeypatch.setattr(Card, "between", lambda *_asked: [])  # no report helps: the numbers alone tell
    site.release(1)
    site.fill(1, 1, 1_000)
    site.until_the_books_are_true()
    site.until_nothing_is_open()
    site.front.cut()
    site.controller.dispensers[1].manual = True
    site.fill(1, 1, 2_000)
    site.controller.channels[1].look()
    site.controller.dispensers[1].manual = False
    site.controller.restart()
    site.controller.channels[1].last = None
    site.front.connect()
    site.until_all_report()
    site.release(1)
    site.fill(1, 1, 3_000)
    site.until_the_books_are_true()
