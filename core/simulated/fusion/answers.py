"""What the controller does about each request, by the text."""

from collections.abc import Callable

from core.simulated.fusion.pump import Preset, Pump
from core.simulated.fusion.site import Site
from core.simulated.fusion.wire import Client, Request

_MOST_LISTED = 10


class Answers:
    """Runs with the controller's lock held."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._by_stem: dict[str, Callable[[Client, Request], None]] = {
            "REQ_PUMP_STATUS_ID": self._status,
            "REQ_PUMP_PRESET_ID": self._preset,
            "REQ_PUMP_AUTH_ID": self._preset,
            "REQ_PUMP_CLEAR_PRESET_ID": self._clear_preset,
            "REQ_PUMP_DEAUTH_ID": self._clear_preset,
            "REQ_PUMP_STOP_ID": self._stop,
            "REQ_PUMP_CLEAR_STOP_ID": self._clear_stop,
            "REQ_PUMP_PAUSE_ID": lambda _client, asked: self._each(asked, Pump.pause),
            "REQ_PUMP_REAUTH_ID": lambda _client, asked: self._each(asked, Pump.go_on),
            "REQ_PUMP_OPEN_ID": self._open,
            "REQ_PUMP_CLOSE_ID": self._close,
            "REQ_PAYMENT_TRANSACTION_LOCK": self._lock,
            "REQ_PAYMENT_TRANSACTION_UNLOCK": self._unlock,
            "REQ_PAYMENT_CLEAR_SALE": self._settle,
            "REQ_GET_PUMP_SALES": self._list,
            "REQ_GET_SALE_DETAIL": self._detail,
            "REQ_FCRT_PUMPS_CONFIG": self._pumps,
            "REQ_FCRT_GRADES_CONFIG": self._grades,
            "REQ_PRICES_SET_NEW_PRICE_CHANGE": self._new_price,
            "REQ_PRICES_APPROVE_PRICE_CHANGE": self._approve,
            "REQ_GET_FUSION_VERSION": self._version,
        }

    def take(self, client: Client, asked: Request) -> None:
        """Do what is asked. The text has no answer to what the controller does not know."""
        if asked.kind == "SUBSCRIBE":
            # ID_000 is every pump, as ID_* is.
            event = asked.event.removesuffix("000") + "*" if asked.event.endswith("_000") else asked.event
            client.subscriptions.add(event)
        elif asked.kind == "UNSUBSCRIBE":
            client.subscriptions.discard(asked.event)
        elif asked.kind == "ECHO":
            self._site.say(client, "", {}, kind="ECHO")
        elif asked.kind == "EXIT":
            client.hang_up()
        elif asked.kind == "POST":
            answer = self._by_stem.get(asked.stem)
            if answer is not None:
                answer(client, asked)

    # --- pumps -----------------------------------------------------------------------------------------------------------

    def _meant(self, asked: Request) -> list[Pump]:
        return [pump for pump in self._site.pumps.values() if asked.pump in {0, pump.number}]

    def _each(self, asked: Request, deed: Callable[[Pump], object]) -> None:
        for pump in self._meant(asked):
            if deed(pump) is not False:
                self._site.tell_state(pump)

    def _status(self, client: Client, asked: Request) -> None:
        for pump in self._meant(asked):
            event = f"EVT_PUMP_STATUS_CHANGE_ID_{pump.number:03}"
            self._site.say(client, event, self._site.state_fields(pump))

    def _preset(self, _client: Client, asked: Request) -> None:
        for pump in self._meant(asked):
            preset = _preset_of(asked, pump)
            no = "BAD VALUE" if preset is None else pump.promise(preset)
            if no:
                self._site.publish(f"EVT_PUMP_ERROR_MSG_ID_{pump.number:03}", {"MSG": no})
            else:
                self._site.tell_state(pump)

    def _clear_preset(self, _client: Client, asked: Request) -> None:
        self._each(asked, Pump.clear_preset)

    def _stop(self, _client: Client, asked: Request) -> None:
        self._each(asked, Pump.stop)

    def _clear_stop(self, _client: Client, asked: Request) -> None:
        for pump in self._meant(asked):
            pump.stopped = False
            self._site.tell_state(pump)

    def _open(self, _client: Client, asked: Request) -> None:
        for pump in self._meant(asked):
            if pump.state in {"CLOSED", "ERROR"}:
                pump.state = "IDLE"
                self._site.tell_state(pump)

    def _close(self, _client: Client, asked: Request) -> None:
        for pump in self._meant(asked):
            if pump.state == "IDLE":
                pump.state = "CLOSED"
                self._site.tell_state(pump)

    # --- sales -----------------------------------------------------------------------------------------------------------

    def _lock(self, client: Client, asked: Request) -> None:
        sale = self._site.sales.get(_number(asked, "SA"))
        lock = asked.fields.get("LID", "")
        if sale is None or sale.settled_by or (sale.lock and sale.lock != lock):
            no = {"ST": "ERROR", "SA": asked.fields.get("SA", ""), "LID": sale.lock if sale else ""}
            self._site.say(client, "RES_PAYMENT_TRANSACTION_LOCK", no)
            return
        sale.lock = lock
        told = {"SA": sale.number, "LID": lock}
        self._site.say(client, "RES_PAYMENT_TRANSACTION_LOCK", {"ST": "OK", **told})
        self._site.publish("EVT_PAYMENT_TRANSACTION_LOCK", told)

    def _unlock(self, client: Client, asked: Request) -> None:
        sale = self._site.sales.get(_number(asked, "SA"))
        if sale is not None and sale.lock == asked.fields.get("LID", ""):
            sale.lock = ""
            self._site.say(client, "RES_PAYMENT_TRANSACTION_UNLOCK", {"ST": "OK", "SA": sale.number})
            self._site.publish("EVT_PAYMENT_TRANSACTION_LOCK", {"SA": sale.number, "LID": ""})

    def _settle(self, client: Client, asked: Request) -> None:
        sale = self._site.sales.get(_number(asked, "SA"))
        lock = asked.fields.get("LID", "")
        if sale is None or (sale.lock and sale.lock != lock):
            no = {"ST": "ERROR", "SA": asked.fields.get("SA", ""), "MSG": "SALE NOT AVAILABLE"}
            self._site.say(client, "RES_PAYMENT_CLEAR_SALE", no)
            return
        sale.settled_by = sale.settled_by or asked.fields.get("TY", "") or "CASH"
        self._site.say(client, "RES_PAYMENT_CLEAR_SALE", {"ST": "OK", "SA": sale.number})
        self._site.publish("EVT_PAYMENT_SALE_CLEARED", {"SA": sale.number, "PM": sale.pump})

    def _list(self, client: Client, asked: Request) -> None:
        number = _number(asked, "PM")
        most = min(_number(asked, "QT") or _MOST_LISTED, _MOST_LISTED)
        found = [sale for sale in self._site.sales.values() if sale.pump == number][-most:]
        told: dict[str, object] = {"RC": "OK", "PM": number, "QT": len(found)}
        for place, sale in enumerate(reversed(found), 1):
            told |= sale.fields(marks=self._site.marks, place=str(place))
        self._site.say(client, "RES_GET_PUMP_SALES", told)

    def _detail(self, client: Client, asked: Request) -> None:
        sale = self._site.sales.get(_number(asked, "SID"))
        no = {"RC": "ERROR", "MSG": "NO SUCH SALE"}
        self._site.say(client, "RES_GET_SALE_DETAIL", sale.fields(marks=self._site.marks) if sale else no)

    # --- the site --------------------------------------------------------------------------------------------------------

    def _pumps(self, client: Client, _asked: Request) -> None:
        told: dict[str, object] = {"PUMPS": len(self._site.pumps)}
        for pump in self._site.pumps.values():
            start = f"P{pump.number:03}"
            told[f"{start}HOSES"] = len(pump.hoses)
            for number, hose in pump.hoses.items():
                told[f"{start}H{number}GRADE"] = hose.grade
                told[f"{start}H{number}PRICE"] = f"{hose.price_li / 1000:.5f}"
        self._site.say(client, "RES_FCRT_PUMPS_CONFIG", told)

    def _grades(self, client: Client, _asked: Request) -> None:
        told: dict[str, object] = {"GRADES": len(self._site.grades)}
        for place, (number, price_li) in enumerate(sorted(self._site.grades.items()), 1):
            start = f"G{place:03}"
            told[f"{start}DES"] = f"GRADE {number}"
            told[f"{start}GNR"] = number
            told[f"{start}LVS"] = 1
            told[f"{start}L01"] = f"{price_li / 1000:.3f}"
        self._site.say(client, "RES_FCRT_GRADES_CONFIG", told)

    def _new_price(self, client: Client, asked: Request) -> None:
        waiting: dict[int, int] = {}
        for place in range(1, _number(asked, "QTY") + 1):
            price = asked.fields.get(f"G{place:02}PR", "").replace(".", "", 1)
            if not price.isdigit() or _number(asked, f"G{place:02}NR") not in self._site.grades:
                self._site.say(client, "RES_PRICES_SET_NEW_PRICE_CHANGE", {"RC": "ERROR", "MSG": "BAD GRADE"})
                return
            waiting[_number(asked, f"G{place:02}NR")] = int(price)
        self._site.change += 1
        self._site.changes[self._site.change] = waiting
        self._site.say(client, "RES_PRICES_SET_NEW_PRICE_CHANGE", {"RC": "OK", "PCHID": self._site.change})

    def _approve(self, _client: Client, asked: Request) -> None:
        change = self._site.changes.pop(_number(asked, "PCHID"), None)
        if change is not None:
            self._site.grades.update(change)
            self._site.spread_prices()
            self._site.publish("EVT_NEW_PRICE_CHANGE_APPLIED", {"RC": "OK"})

    def _version(self, client: Client, _asked: Request) -> None:
        told = {"OS": "Windows", "HWV": "V2", "BIN": "Rel-5.19.1", "MAC": "00:00:00:00:00:00"}
        self._site.say(client, "RES_GET_FUSION_VERSION", told)


def _number(asked: Request, name: str) -> int:
    words = asked.fields.get(name, "")
    return int(words) if words.isdigit() else 0


def _preset_of(asked: Request, pump: Pump) -> Preset | None:
    kind, value = asked.fields.get("TY", ""), asked.fields.get("VA", "FULL")
    hoses: dict[int, int | None] = {}
    for each in asked.fields.get("HO", "").split(","):
        hose, _at, price = each.partition("@")
        if hose.isdigit():
            whole, _point, part = price.partition(".")
            hoses[int(hose)] = int(whole) * 1000 + int(part[:3].ljust(3, "0")) if whole.isdigit() else None
    hoses = hoses or dict.fromkeys(pump.hoses)
    limit = 0
    if value == "FULL":
        kind = "FULL"
    else:
        whole, _point, part = value.partition(".")
        places = 2 if kind == "MONEY" else 3
        if kind not in {"MONEY", "VOLUME"} or not whole.isdigit() or (part and not part.isdigit()):
            return None
        limit = int(whole) * 10**places + int(part[:places].ljust(places, "0"))
    return Preset(kind, limit, hoses, asked.fields.get("PAY_IN", ""), asked.fields.get("LID", ""))
