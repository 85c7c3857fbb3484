"""Money, litres, prices and moments as a person reads them; the words around the figures follow the language chosen."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.domain.litres import Litres
from core.domain.money import Money
from core.domain.price import UnitPrice
from core.wording.catalogue import _

# All of China keeps one time.
STATION_ZONE = ZoneInfo("Asia/Shanghai")


def money(amount: Money) -> str:
    """``￥1,234.50``; a minus stands before the sign, so that columns of figures stay under each other."""
    return f"{'-' if amount.fen < 0 else ''}￥{_grouped(abs(amount.fen))}"


def money_without_sign(amount: Money) -> str:
    """``1,234.50``, for columns whose heading already says yuan."""
    return f"{'-' if amount.fen < 0 else ''}{_grouped(abs(amount.fen))}"


def litres(volume: Litres) -> str:
    """``32.45 L`` or ``32.45 升``: hundredths as a pump shows them, thousandths where there are any."""
    return litres_of_millilitres(volume.millilitres)


def litres_of_millilitres(millilitres: int) -> str:
    """The same for a volume that comes as a bare number of millilitres."""
    return _("{litres} L").format(litres=litres_without_unit(Litres(millilitres)))


def litres_without_unit(volume: Litres) -> str:
    """``32.45``, for columns whose heading already says litres."""
    return _decimal(volume.millilitres)


def unit_price(price: UnitPrice) -> str:
    """``8.17 yuan/L`` or ``8.17 元/升``: fen, and tenths of a fen where there are any."""
    return _("{price} yuan/L").format(price=unit_price_without_unit(price))


def unit_price_without_unit(price: UnitPrice) -> str:
    """``8.17``, for the price board."""
    return _decimal(price.li)


def moment(when: datetime) -> str:
    """``2026-11-22 14:32`` by the station's clock. Raises ValueError for a moment that names no zone."""
    return _local(when).strftime("%Y-%m-%d %H:%M")


def moment_to_the_second(when: datetime) -> str:
    """``2026-11-22 14:32:05`` by the station's clock, for receipts and journals."""
    return _local(when).strftime("%Y-%m-%d %H:%M:%S")


def short_moment(when: datetime) -> str:
    """``11-22 14:32`` by the station's clock, where the year goes without saying."""
    return _local(when).strftime("%m-%d %H:%M")


def end_moment(when: datetime) -> str:
    """``2026-11-22 24:00`` for the midnight that ends the 22nd, as prices change by law; any other moment as `moment`."""
    return _ending_the_day(when, "%Y-%m-%d") or moment(when)


def short_end_moment(when: datetime) -> str:
    """``11-22 24:00``, or as `short_moment`."""
    return _ending_the_day(when, "%m-%d") or short_moment(when)


def _ending_the_day(when: datetime, day_format: str) -> str:
    local = _local(when)
    is_midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    return f"{(local - timedelta(days=1)).strftime(day_format)} 24:00" if is_midnight else ""


def time_of_day(when: datetime) -> str:
    """``14:32`` by the station's clock."""
    return _local(when).strftime("%H:%M")


def day(when: date) -> str:
    """``2026-11-22``; of a datetime, the day that the station's clock shows."""
    local = _local(when) if isinstance(when, datetime) else when
    return local.strftime("%Y-%m-%d")


def waiting_time(waited: timedelta) -> str:
    """``00:42``, minutes and seconds; ``1:05:09`` from an hour on. A clock set back shows as no time at all."""
    seconds = max(0, int(waited.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def _grouped(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02}"


def _decimal(thousandths: int) -> str:
    """A whole number of thousandths with two decimals, or three where the third is not zero."""
    whole, below = divmod(abs(thousandths), 1_000)
    decimals = f"{below:03}".removesuffix("0")
    return f"{'-' if thousandths < 0 else ''}{whole:,}.{decimals}"


def _local(when: datetime) -> datetime:
    if when.tzinfo is None:
        raise ValueError(f"{when} names no zone; nobody can say when that is")
    return when.astimezone(STATION_ZONE)
