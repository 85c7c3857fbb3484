"""A day at another controller of the same protocol: what flowed against what the station's books have."""

import random

from core.domain.ids import PumpNumber
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.pump import Preset, PresetKind
from core.station import forecourt_listener
from tests.second_opinion_controller.rig import FULL, Site
from tests.waiting import eventually


def test_sixteen_pumps_fill_at_once_and_every_fill_is_booked_as_it_flowed(new_site):
    site = new_site(pumps=16)
    site.open()
    chance = random.Random(7)
    for _round in range(2):
        for pump in site.controller.dispensers:
            nozzle = chance.choice((1, 2))
            preset = chance.choice(
                (
                    FULL,
                    Preset(PresetKind.AMOUNT, amount=Money(chance.choice((10_000, 20_000, 7_777)))),
                    Preset(PresetKind.VOLUME, volume=Litres(chance.choice((20_000, 5_500)))),
                )
            )
            site.ask(pump, nozzle, preset)
        for pump, dispenser in site.controller.dispensers.items():
            site.until(lambda each=dispenser: each.leave is not None, f"pump {pump} is released")
            assert dispenser.leave is not None
            site.lift(pump, dispenser.leave.nozzles[0])
            site.squeeze(pump, chance.randrange(10, 40_000))
        for pump in site.controller.dispensers:
            site.squeeze(pump, chance.randrange(10, 40_000))
            site.hang_up(pump)
        site.until_the_books_are_true()
        site.until_nothing_is_open()


def test_a_nozzle_that_is_lifted_and_hung_up_is_no_fill_and_frees_the_pump(site: Site, monkeypatch):
    monkeypatch.setattr(forecourt_listener, "_A_RECORD_MAY_BE_LATE_SECONDS", 0.2)
    site.release(1)
    site.lift(1)
    eventually(lambda: site.state(1) == "fuelling", "it runs")
    site.hang_up(1)
    eventually(
        lambda: not site.rows("SELECT id FROM authorisations WHERE state = 'authorised'"), "it is free"
    )
    assert site.rows("SELECT reason FROM authorisations") == [{"reason": "not_promised"}]
    site.release(1)
    site.fill(1, 1, 4_000)
    site.until_the_books_are_true()


def test_the_wrong_nozzle_pours_nothing(site: Site):
    site.release(1, 1)
    site.lift(1, 2)
    site.squeeze(1, 5_000)
    site.hang_up(1)
    assert site.controller.truth == []
    site.fill(1, 1, 5_000)
    site.until_the_books_are_true()


def test_a_pause_and_a_stop_end_in_the_fill_that_flowed(site: Site):
    site.release(2, 2)
    site.lift(2, 2)
    site.squeeze(2, 3_000)
    site.till.forecourt.cancel(PumpNumber(2), site.manager)
    eventually(lambda: not site.controller.dispensers[2].running, "it stops")
    site.hang_up(2)
    site.until_the_books_are_true()


def test_an_emergency_stop_leaves_no_fill_open_and_none_out_of_the_books(site: Site):
    for pump in (1, 2, 3):
        site.release(pump)
        site.lift(pump)
        site.squeeze(pump, 1_000 * pump)
    site.till.forecourt.stop_all(site.manager)
    eventually(lambda: not any(each.running for each in site.controller.dispensers.values()), "all stand")
    for pump in (1, 2, 3):
        site.hang_up(pump)
    site.until_the_books_are_true()
    site.until_nothing_is_open()
    site.till.forecourt.release_all(site.manager)
    eventually(lambda: site.till.forecourt.stopped() is None, "it is over")
    site.release(4)
    site.fill(4, 1, 2_000)
    site.until_the_books_are_true()
