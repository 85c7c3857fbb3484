"""Heights become litres and back, warm litres become litres at 20 °C, water is never stock, alarms swing once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.ids import NozzleId, StaffId, StockEntryId, TankNumber
from core.domain.litres import NO_LITRES, Litres
from core.domain.product import D0, G92, G95
from core.domain.refusals.tanks import (
    HeightUnfit,
    NoStrapping,
    StockEntryUnfit,
    StrappingUnfit,
    TankUnfit,
    TemperatureUnfit,
    WaterAboveFuel,
)
from core.domain.tanks.alarm import TankAlarmKind, judge
from core.domain.tanks.drawdown import Draw
from core.domain.tanks.reading import GaugeAlarm, ProbeStatus, TankReading
from core.domain.tanks.stock import StockEntry, StockKind, adjustment, moved, transfer
from core.domain.tanks.strapping import StrappingPoint, StrappingTable, read_strapping
from core.domain.tanks.tank import Dip, Tank, TankLimits, check_tanks, vessels
from core.domain.tanks.temperature import at_20, correction

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
ONE, TWO, THREE = TankNumber(1), TankNumber(2), TankNumber(3)


def litres(whole: int) -> Litres:
    return Litres(whole * 1000)


def a_tank(number: TankNumber = ONE, **given: object) -> Tank:
    limits = TankLimits(litres(1_000), litres(4_000), litres(26_000), litres(28_000))
    tank = Tank(number, G92, litres(30_000), litres(28_500), limits, frozenset({NozzleId("1-1")}))
    return replace(tank, **given)  # type: ignore[arg-type]


def a_reading(fuel: int = 12_000, **given: object) -> TankReading:
    return replace(TankReading(ONE, NOW, product_volume=litres(fuel)), **given)  # type: ignore[arg-type]


def a_table() -> StrappingTable:
    return StrappingTable(
        tuple(StrappingPoint(height, Litres(height * 1_200)) for height in range(0, 25_001, 100))
    )


# At least a millilitre each tenth of a millimetre, as any tank that a person can see has.
tables = st.lists(st.tuples(st.integers(1, 500), st.integers(500, 900_000)), min_size=1, max_size=60).map(
    lambda steps: StrappingTable(
        tuple(
            StrappingPoint(sum(h for h, _ in steps[:place]), Litres(sum(v for _, v in steps[:place])))
            for place in range(len(steps) + 1)
        )
    )
)


# --- strapping ------------------------------------------------------------------------------------------------------------


@given(tables, st.data())
def test_a_higher_surface_never_means_less_fuel(table: StrappingTable, data: st.DataObject):
    lower = data.draw(st.integers(0, table.highest))
    higher = data.draw(st.integers(lower, table.highest))
    assert table.volume_at(lower) <= table.volume_at(higher)


@given(tables)
def test_the_points_of_a_table_are_its_own_answers(table: StrappingTable):
    assert [table.volume_at(point.height) for point in table.points] == [
        point.volume for point in table.points
    ]
    assert [table.height_for(point.volume) for point in table.points] == [
        point.height for point in table.points
    ]


@given(tables, st.data())
def test_the_height_of_a_volume_is_the_lowest_that_holds_it(table: StrappingTable, data: st.DataObject):
    volume = Litres(data.draw(st.integers(0, table.most.millilitres)))
    height = table.height_for(volume)
    assert table.volume_at(height) >= volume
    assert height == 0 or table.volume_at(height - 1) < volume


def test_a_table_is_read_as_spreadsheets_write_it():
    table = read_strapping("\ufeff高度,容积\n0,0\n10,105.5\n\n20.5,230\n")
    assert table.points[1] == StrappingPoint(100, Litres(105_500))
    assert table.volume_at(205) == litres(230)
    assert read_strapping("0;0\n10;105.5").most == read_strapping("0\t0\n10\t105.5").most


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("0,0\n10,100\n10,120", 3, "rising"),
        ("0,0\n10,100\n20,90", 3, "rising"),
        ("0,5\n10,100", 1, "beginning"),
        ("0,0\n10,1e999999", 2, "figure"),
        ("0,0\n10,NaN", 2, "figure"),
        ("0,0\n10", 2, "columns"),
        ("0,0\n1.05,12", 2, "figure"),
        ("0,0", 1, "points"),
        ("", 0, "points"),
        ("0,0\n30000,500", 2, "height"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(text: str, line: int, why: str):
    with pytest.raises(StrappingUnfit) as refused:
        read_strapping(text)
    assert (refused.value.line, refused.value.why) == (line, why)


# --- temperature ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("density_20", "temperature", "factor"),
    [
        (8_466, 250, "0.99582"),  # 850 kg/m3 at 15 °C: 54B gives 0.9917 to 15 °C, and 0.99585 at 20 °C
        (7_355, 250, "0.99383"),  # 740 kg/m3 at 15 °C: 54B gives 0.9877
        (8_350, 200, "1.00000"),
    ],
)
def test_the_factor_is_that_of_the_tables(density_20: int, temperature: int, factor: str):
    assert abs(correction(density_20, temperature) - Decimal(factor)) <= Decimal("0.00004")


@given(st.integers(6_500, 10_000), st.integers(-400, 899))
def test_warmer_fuel_is_less_at_20_degrees(density: int, temperature: int):
    assert correction(density, temperature) >= correction(density, temperature + 1)


def test_a_cold_tank_holds_more_than_it_shows():
    assert at_20(litres(10_000), 8_350, 50) > litres(10_100)
    assert at_20(litres(10_000), 8_350, 350) < litres(9_900)
    assert at_20(NO_LITRES, 8_350, 350) == NO_LITRES
    with pytest.raises(TemperatureUnfit):
        correction(8_350, 901)


# --- dips and tanks -------------------------------------------------------------------------------------------------------


def test_water_is_never_stock():
    dip = Dip(ONE, NOW, StaffId("x"), product_height=10_000, water_height=500, temperature=150)
    reading = dip.reading(a_tank(), a_table())
    assert (reading.fuel, reading.water_volume) == (Litres(9_500 * 1_200), Litres(500 * 1_200))
    assert a_tank().room(reading) == litres(28_500) - Litres(10_000 * 1_200)
    gross = TankReading(ONE, NOW, product_volume=litres(100), water_volume=litres(4), gross=True)
    assert gross.fuel == litres(96)


@pytest.mark.parametrize(
    ("product", "water", "temperature", "refusal"),
    [
        (25_001, 0, None, HeightUnfit),
        (-1, 0, None, HeightUnfit),
        (100, 101, None, WaterAboveFuel),
        (100, 0, 1_200, TemperatureUnfit),
    ],
)
def test_a_dip_that_cannot_be_is_refused(
    product: int, water: int, temperature: int | None, refusal: type[Exception]
):
    with pytest.raises(refusal):
        Dip(ONE, NOW, StaffId("x"), product, water, temperature).reading(a_tank(), a_table())


def test_a_tank_without_a_table_is_not_dipped():
    with pytest.raises(NoStrapping):
        Dip(ONE, NOW, StaffId("x"), 100).reading(a_tank(), None)


def test_limits_rise_from_empty_to_full():
    with pytest.raises(TankUnfit):
        a_tank(limits=TankLimits(litres(5_000), litres(4_000), litres(26_000), litres(28_000)))
    with pytest.raises(TankUnfit):
        a_tank(safe_fill=litres(30_001))


def test_a_nozzle_draws_from_one_place_and_its_own_grade():
    hoses = {NozzleId("1-1"): G92, NozzleId("1-2"): G95}
    check_tanks([a_tank(), a_tank(TWO, manifold=ONE)], [G92], hoses)
    for wrong in (
        [a_tank(), a_tank(TWO)],
        [a_tank(nozzles=frozenset({NozzleId("1-2")}))],
        [a_tank(nozzles=frozenset({NozzleId("9-9")}))],
        [a_tank(grade=D0, nozzles=frozenset())],
        [a_tank(), a_tank(TWO, manifold=THREE)],
        [a_tank(), a_tank(TWO, manifold=ONE), a_tank(THREE, manifold=TWO)],
    ):
        with pytest.raises(TankUnfit):
            check_tanks(wrong, [G92], hoses)


def test_tanks_that_a_siphon_joins_have_one_book():
    first, *rest = vessels([a_tank(THREE), a_tank(TWO, manifold=ONE), a_tank()])
    assert (first.number, [tank.number for tank in first.tanks]) == (ONE, [ONE, TWO])
    assert [vessel.number for vessel in rest] == [THREE]


# --- the stock book -------------------------------------------------------------------------------------------------------

entries = st.lists(
    st.builds(
        StockEntry,
        st.uuids().map(lambda each: StockEntryId(each.hex)),
        st.just(ONE),
        st.sampled_from(StockKind),
        st.integers(-(10**9), 10**9).map(Litres),
        st.just(NOW),
        st.just(StaffId("x")),
    ),
    max_size=40,
)


@given(entries, st.integers(0, 10**9).map(Litres), st.data())
def test_book_stock_is_the_sum_of_its_movements_however_they_are_cut(
    lines: list[StockEntry], sold: Litres, data: st.DataObject
):
    cut = data.draw(st.integers(0, len(lines)))
    first = Litres(data.draw(st.integers(0, sold.millilitres)))
    whole = moved(lines, sold)
    assert whole.net == Litres(sum(line.volume.millilitres for line in lines)) - sold
    assert moved(lines[:cut], first) + moved(lines[cut:], sold - first) == whole


@given(st.integers(1, 10**9).map(Litres))
def test_a_transfer_neither_makes_nor_loses_fuel(volume: Litres):
    line = StockEntry(StockEntryId("a"), ONE, StockKind.TRANSFER, volume, NOW, StaffId("x"))
    out, back = transfer(line, TWO, StockEntryId("b"))
    assert (out.tank, back.tank, out.other, back.other) == (ONE, TWO, TWO, ONE)
    assert out.volume + back.volume == NO_LITRES
    assert moved([out, back]).net == NO_LITRES


def test_stock_is_adjusted_only_by_litres_with_a_reason():
    line = StockEntry(
        StockEntryId("a"), ONE, StockKind.ADJUSTMENT, litres(-5), NOW, StaffId("x"), " spilt \n"
    )
    assert adjustment(line).reason == "spilt"
    for wrong in (replace(line, reason=" "), replace(line, volume=NO_LITRES)):
        with pytest.raises(StockEntryUnfit):
            adjustment(wrong)
    for volume, to in ((litres(-1), TWO), (litres(1), ONE)):
        with pytest.raises(StockEntryUnfit):
            transfer(replace(line, volume=volume), to, StockEntryId("b"))


# --- alarms ---------------------------------------------------------------------------------------------------------------


def test_a_level_that_swings_on_its_limit_raises_the_alarm_once():
    tank, standing = a_tank(), set[TankAlarmKind]()
    raised = []
    for fuel in (4_200, 3_999, 4_005, 3_990, 4_100, 3_980, 4_299, 4_301, 4_305, 3_999):
        judged = judge(tank, a_reading(fuel), standing)
        raised += list(judged.raised)
        standing = (standing | judged.raised.keys()) - judged.gone
    assert raised == [TankAlarmKind.LOW, TankAlarmKind.LOW]


def test_empty_full_wet_and_silent_tanks_are_told():
    tank = a_tank()
    low = judge(tank, a_reading(900), set())
    assert low.raised.keys() == {TankAlarmKind.LOW, TankAlarmKind.CRITICAL_LOW}
    high = judge(tank, a_reading(28_100), set())
    assert high.raised.keys() == {TankAlarmKind.HIGH, TankAlarmKind.CRITICAL_HIGH}
    wet = judge(tank, a_reading(water_height=600), set())
    assert wet.raised.keys() == {TankAlarmKind.WATER, TankAlarmKind.CRITICAL_WATER}
    own = judge(tank, a_reading(alarms=frozenset({GaugeAlarm.LEAK})), set())
    assert own.raised.keys() == {TankAlarmKind.GAUGE}
    silent = a_reading(0, status=ProbeStatus.OFFLINE)
    judged = judge(tank, silent, {TankAlarmKind.LOW})
    assert judged.raised.keys() == {TankAlarmKind.PROBE}
    assert not judged.gone
    assert judge(tank, a_reading(), {TankAlarmKind.PROBE, TankAlarmKind.LEAK}).gone == {TankAlarmKind.PROBE}


# --- hours to empty -------------------------------------------------------------------------------------------------------


def test_fuel_lasts_as_long_as_the_same_hours_drew_before():
    monday_ten = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    draw = Draw({hour: litres(400) for hour in range(168)}, weeks=4)  # a hundred litres an hour
    assert draw.time_left(litres(50), monday_ten) == timedelta(minutes=30)
    assert draw.time_left(litres(250), monday_ten) == timedelta(hours=2, minutes=30)
    assert draw.time_left(NO_LITRES, monday_ten) == timedelta(0)
    assert draw.time_left(litres(100_000), monday_ten) is None
    rush = Draw({11: litres(4_000)}, weeks=4)  # only on Mondays at eleven
    assert rush.time_left(litres(500), monday_ten) == timedelta(minutes=60)
    assert rush.time_left(litres(1_500), monday_ten) == timedelta(days=7, minutes=60)
    assert Draw({}, 4).time_left(litres(1), monday_ten) is None


@given(
    st.dictionaries(st.integers(0, 167), st.integers(0, 5_000_000).map(Litres), max_size=30),
    st.integers(0, 30_000_000),
    st.integers(0, 30_000_000),
)
def test_more_fuel_never_lasts_shorter(by_hour: dict[int, Litres], one: int, other: int):
    draw = Draw(by_hour, 3)
    less, more = (draw.time_left(Litres(volume), NOW) for volume in sorted((one, other)))
    assert more is None or (less is not None and less <= more)
