"""What PumpGetStatus and PumpGetTransactionInformation answer, field by field as pages 160 to 179 have them."""

from dataclasses import dataclass
from datetime import datetime

from tests.second_opinion_controller.channel import AUTHORISED, ENDED, FILLING, WAITING, Channel
from tests.second_opinion_controller.numbers import cut
from tests.second_opinion_controller.store import Record


@dataclass
class Digits:
    """GetSystemDecimalDigits."""

    price: int = 2
    amount: int = 2
    volume: int = 2
    amount_total: int = 2
    volume_total: int = 2


@dataclass
class Teller:
    """Puts a channel into the vendor's words."""

    digits: Digits
    grades: dict[tuple[int, int], int]  # of a pump's nozzle; empty where nozzles are not linked to grades
    names: dict[int, str]
    prices: dict[int, int]  # of a grade, li
    user_ids: dict[str, int]
    reads_totals_by_itself: bool = True

    def status(self, channel: Channel) -> tuple[str, dict[str, object]]:
        """Type and Data of the answer to PumpGetStatus."""
        pump = channel.dispenser.number
        if channel.news and channel.reachable:
            return self._news(channel, *channel.news.pop(0))
        if not channel.reachable:
            return "PumpOfflineStatus", {"Pump": pump, **self._offline(channel), **self._last(channel)}
        if channel.stage == FILLING:
            return "PumpFillingStatus", {"Pump": pump, **self._filling(channel), "User": channel.user}
        if channel.stage == ENDED and channel.record is not None:
            data = {"Pump": pump, **self.record(channel.record), "NozzleUp": channel.dispenser.up}
            del data["State"]
            return "PumpEndOfTransactionStatus", {
                **data,
                **self._ordered_dose(channel),
                "User": channel.user,
            }
        return "PumpIdleStatus", {"Pump": pump, **self._idle(channel), **self._last(channel)}

    def _news(self, channel: Channel, kind: str, told: dict[str, object]) -> tuple[str, dict[str, object]]:
        pump = channel.dispenser
        if kind == "PumpPrices":
            prices = [cut(pump.hoses[n].price, 1000, self.digits.price) for n in sorted(pump.hoses)]
            return kind, {"Pump": pump.number, "Prices": prices, "User": told["user"]}
        nozzle, volume, amount = told["nozzle"], told["volume"], told["amount"]
        assert isinstance(nozzle, int)
        assert isinstance(volume, int)
        assert isinstance(amount, int)
        return kind, {
            "Pump": pump.number,
            "Nozzle": nozzle,
            **self._grade(pump.number, nozzle),
            "Volume": cut(volume, 1000, self.digits.volume_total),
            "Amount": cut(amount, 100, self.digits.amount_total),
            "Transaction": channel.number % 100 or 1,  # "range from 1 to 99"
            "User": told["user"],
        }

    def _idle(self, channel: Channel) -> dict[str, object]:
        up = channel.dispenser.up
        data: dict[str, object] = {"NozzleUp": up, "Nozzle": up}
        data |= self._grade(channel.dispenser.number, up)
        if channel.stage:
            data["Transaction"] = channel.number
        if self.grades:
            data["NozzlePrices"] = [
                cut(
                    self.prices.get(self.grades.get((channel.dispenser.number, n), 0), 0),
                    1000,
                    self.digits.price,
                )
                for n in sorted(channel.dispenser.hoses)
            ]
        data["Request"] = channel.request
        data |= self._ordered(channel)
        data["User"] = channel.user
        if channel.last_counted is not None:
            nozzle, volume, amount = channel.last_counted
            data["LastReceivedTotalNozzle"] = nozzle
            data["LastReceivedTotalVolume"] = cut(volume, 1000, self.digits.volume_total)
            data["LastReceivedTotalAmount"] = cut(amount, 100, self.digits.amount_total)
        return data

    def _offline(self, channel: Channel) -> dict[str, object]:
        states = {WAITING: WAITING, AUTHORISED: AUTHORISED, FILLING: FILLING, ENDED: ENDED}
        data: dict[str, object] = {"State": states.get(channel.stage, "Finished"), "Request": channel.request}
        if channel.stage == FILLING:
            data |= self._filling(channel) | {"NozzleUp": channel.tells_live[0]}
        elif channel.stage == ENDED and channel.record is not None:
            record = self.record(channel.record)
            del record["State"]
            data |= record
        elif channel.stage:
            data |= {"Transaction": channel.number, **self._ordered(channel)}
        data["User"] = channel.user
        return data

    def _filling(self, channel: Channel) -> dict[str, object]:
        nozzle, volume, amount = channel.tells_live
        price = channel.dispenser.hoses[nozzle].price if nozzle else 0
        data: dict[str, object] = {"Nozzle": nozzle, **self._grade(channel.dispenser.number, nozzle)}
        data["Volume"] = cut(volume, 1000, self.digits.volume)
        data["TCVolume"] = cut(0, 1000, self.digits.volume)
        data["Price"] = cut(price, 1000, self.digits.price)
        data["Amount"] = cut(amount, 100, self.digits.amount)
        data["Transaction"] = channel.number
        if channel.began is not None:
            data["DateTimeStart"] = moment(channel.began)
        data |= {"FlowRate": 38, "IsSuspended": channel.dispenser.paused}
        return data | self._ordered_dose(channel)

    def _ordered(self, channel: Channel) -> dict[str, object]:
        order = channel.order
        if order is None or channel.stage not in {WAITING, AUTHORISED}:
            return {}
        where: dict[str, object] = (
            {"OrderedNozzles": list(order.nozzles)} if order.listed else {"OrderedNozzle": order.nozzles[0]}
        )
        return where | self._ordered_dose(channel)

    def _ordered_dose(self, channel: Channel) -> dict[str, object]:
        if channel.order is None:
            return {}
        leave = channel.order.leave
        data: dict[str, object] = {"OrderedType": leave.kind}
        if leave.kind == "Volume":
            data["OrderedDose"] = cut(leave.dose, 1000, self.digits.volume)
        elif leave.kind == "Amount":
            data["OrderedDose"] = cut(leave.dose, 100, self.digits.amount)
        return data

    def _last(self, channel: Channel) -> dict[str, object]:
        last = channel.last
        if last is None:
            return {
                "LastNozzle": 0, "LastTransaction": 0, "LastVolume": cut(0, 1, self.digits.volume),
                "LastPrice": cut(0, 1, self.digits.price), "LastAmount": cut(0, 1, self.digits.amount),
                "LastUser": "", "LastFlowRate": 0,
            }  # fmt: skip
        told = self.record(last)
        grade = {f"Last{key}": told[key] for key in ("FuelGradeId", "FuelGradeName") if key in told}
        totals = {f"Last{key}": told[key] for key in ("TotalVolume", "TotalAmount") if key in told}
        return {
            "LastDateTimeStart": told["DateTimeStart"], "LastDateTime": told["DateTime"], "LastNozzle": last.nozzle,
            **grade, "LastTransaction": last.number, "LastVolume": told["Volume"], "LastPrice": told["Price"],
            "LastAmount": told["Amount"], **totals, "LastUser": last.user, "LastFlowRate": 38,
        }  # fmt: skip

    def record(self, record: Record) -> dict[str, object]:
        """A finished one, with its State."""
        data: dict[str, object] = {
            "Pump": record.pump, "Transaction": record.number, "State": "Finished",
            "DateTimeStart": moment(record.began), "DateTime": moment(record.ended), "Nozzle": record.nozzle,
            **self._grade(record.pump, record.nozzle),
            "Volume": cut(record.volume, 1000, self.digits.volume), "TCVolume": cut(0, 1, self.digits.volume),
            "Price": cut(record.price, 1000, self.digits.price), "Amount": cut(record.amount, 100, self.digits.amount),
        }  # fmt: skip
        if self.reads_totals_by_itself:
            data["TotalVolume"] = cut(record.volume_counter, 1000, self.digits.volume_total)
            data["TotalAmount"] = cut(record.amount_counter, 100, self.digits.amount_total)
        data["FlowRate"] = 38
        return data

    def stored(self, record: Record) -> dict[str, object]:
        """A line of a report."""
        data = self.record(record)
        del data["State"]
        if record.offline:
            data["IsOffline"] = True
        return data | {"Tag": "", "UserId": self.user_ids.get(record.user, 1)}

    def transaction(self, channel: Channel, number: int) -> dict[str, object]:
        """Data of PumpTransactionInformation; the card answers for what is no longer open."""
        head: dict[str, object] = {"Pump": channel.dispenser.number, "Transaction": number or channel.number}
        if channel.stage and number in {0, channel.number}:
            head["State"] = channel.stage
            if channel.stage == FILLING:
                return head | self._filling(channel)
            if channel.record is not None:
                return head | self.record(channel.record) | {"State": ENDED} | self._ordered_dose(channel)
            return head | self._ordered(channel)
        found = channel.card.find(channel.dispenser.number, number)
        if found is None:
            return head | {"State": "Not found"}
        data = self.stored(found)
        del data["FlowRate"]
        return {**data, "State": "Finished"}

    def _grade(self, pump: int, nozzle: int) -> dict[str, object]:
        grade = self.grades.get((pump, nozzle), 0)
        return {"FuelGradeId": grade, "FuelGradeName": self.names.get(grade, "")} if grade else {}


def moment(at: datetime) -> str:
    """YYYY-MM-DDThh:mm:ss."""
    return at.strftime("%Y-%m-%dT%H:%M:%S")
