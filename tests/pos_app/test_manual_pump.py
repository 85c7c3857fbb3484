"""A pump that nobody is connected to, keyed at the touchscreen and at the counter through the real window."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from core.domain.fill import FillSource
from core.domain.keyed_fill import KeyedFill
from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.staff import Role
from core.wording.catalogue import Language, use
from tests.pos_app.conftest import OpenTill
from tests.pos_app.test_bill import Keyboard
from tests.pos_app.till_station import RunningTill, TillStation
from tests.services.small_station import NOZZLE_1, PUMP_1, PUMP_2


@pytest.fixture
def keyed_station(station: TillStation) -> TillStation:
    """Nobody is connected to pumps 1 and 2."""
    station.manual.pumps = frozenset({PUMP_1, PUMP_2})
    return station


@pytest.fixture
def till(keyed_station: TillStation, open_till: OpenTill) -> RunningTill:
    assert keyed_station.manual.pumps
    opened = open_till(place="forecourt", size=(1280, 800))
    opened.sign_in(Role.ATTENDANT)
    opened.press("pump_tile_1")
    return opened


def fields(till: RunningTill, litres: str = "", yuan: str = "", counter: str = "") -> None:
    till.press("manual_nozzle_1")
    for name, text in (("volume", litres), ("amount", yuan), ("counter", counter)):
        till.write(f"manual_{name}", text)


def picture(till: RunningTill, name: str) -> None:
    """For the eye, where somebody wants to look."""
    folder = os.environ.get("YOUZHAN_PICTURES")
    if folder:
        till.window.grab().save(str(Path(folder) / f"{name}.png"))


def test_a_fill_is_keyed_with_the_big_keys_alone(till: RunningTill, keyed_station: TillStation) -> None:
    till.press("manual_nozzle_1")
    for key in ("1", "0"):
        till.press(f"manual_key_{key}")
    assert till.read("manual_volume") == "10"
    picture(till, "manual_keyed")
    till.press("manual_go")
    assert not till.shows("manual_sheet")
    (fill,) = keyed_station.forecourt.unpaid()
    assert (fill.source, fill.volume, fill.totaliser) == (FillSource.KEYED, Litres(10_000), Litres(10_000))


def test_the_pad_types_into_the_field_that_was_touched_last(till: RunningTill) -> None:
    till.find("manual_amount").setFocus()
    till.press("manual_key_7")
    assert (till.read("manual_amount"), till.read("manual_volume")) == ("7", "")


def test_what_does_not_fit_is_asked_and_booked_only_when_somebody_stands_by_it(
    till: RunningTill, keyed_station: TillStation
) -> None:
    fields(till, "10.00", "100.00")
    till.press("manual_go")
    assert "以机上金额为准" in till.read("manual_said")
    picture(till, "manual_doubt")
    assert keyed_station.forecourt.unpaid() == []
    till.write("manual_amount", "101.00")  # another figure is another question
    assert not till.shows("manual_sure")
    till.press("manual_go")
    till.press("manual_sure")
    assert [fill.amount for fill in keyed_station.forecourt.unpaid()] == [Money(10_100)]


def test_two_doubts_are_two_questions(till: RunningTill, keyed_station: TillStation) -> None:
    fields(till, "10.00", "100.00", "500.00")
    till.press("manual_go")
    till.press("manual_sure")
    assert "泵码" in till.read("manual_said")
    till.press("manual_sure")
    assert keyed_station.manual.view()[0].counters[
        till.presenters.pumps.state.tiles[0].hoses[0].number
    ] == Litres(500_000)


def test_a_new_counter_is_agreed_to_by_somebody_with_the_right(
    till: RunningTill, keyed_station: TillStation
) -> None:
    before = KeyedFill(PUMP_1, NOZZLE_1, Litres(500_000), None, Litres(500_000))
    keyed_station.manual.key(before, keyed_station.cashier)
    fields(till, "10.00", "", "3.00")
    till.press("manual_go")
    assert "不对" in till.read("manual_said")
    picture(till, "manual_new_counter")
    till.press("manual_new_counter_1")
    assert till.shows("approval_sheet")
    assert till.presenters.approvals.question is not None


def test_nothing_keyed_is_said_and_the_keyboard_leads_through(
    keyed_station: TillStation, open_till: OpenTill
) -> None:
    use(Language.ENGLISH)
    till = open_till()
    till.sign_in()
    keyed_station.shifts.open(Money(50_000), keyed_station.cashier)
    till.press("pump_tile_2")
    keys = Keyboard(till)
    assert till.reason("manual_go")
    keys.key(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    till.write("manual_volume", "12.80")
    picture(till, "manual_english")
    keys.key(Qt.Key.Key_Return)
    assert [fill.pump for fill in keyed_station.forecourt.unpaid()] == [PUMP_2]
    till.press("pump_tile_1")
    keys.key(Qt.Key.Key_Escape)
    assert not till.shows("manual_sheet")
