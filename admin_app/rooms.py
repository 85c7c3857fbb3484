"""The rooms of the manager's desk, in the order of the rail."""

from enum import StrEnum

from core.wording.catalogue import _, mark


class Room(StrEnum):
    """One page of the desk; its button on the rail is called rail_<value>."""

    OVERVIEW = "overview"
    PRICES = "prices"
    TANKS = "tanks"
    SALES = "sales"
    ORDERS = "orders"
    SHIFTS = "shifts"
    RECONCILIATION = "reconciliation"
    PRODUCTS = "products"
    OFFERS = "offers"
    ACCOUNTS = "accounts"
    STAFF = "staff"
    HISTORY = "history"
    CONNECTIONS = "connections"


_TITLES = {
    Room.OVERVIEW: mark("Overview"),
    Room.PRICES: mark("Fuel prices"),
    Room.TANKS: mark("Tanks"),
    Room.SALES: mark("Sales"),
    Room.ORDERS: mark("Online orders"),
    Room.SHIFTS: mark("Shifts"),
    Room.RECONCILIATION: mark("Reconciliation"),
    Room.PRODUCTS: mark("Goods"),
    Room.OFFERS: mark("Offers"),
    Room.ACCOUNTS: mark("Accounts"),
    Room.STAFF: mark("Staff"),
    Room.HISTORY: mark("Journal"),
    Room.CONNECTIONS: mark("Connections"),
}

ICONS = {
    Room.OVERVIEW: "chart",
    Room.PRICES: "tag",
    Room.TANKS: "tank",
    Room.SALES: "receipt",
    Room.ORDERS: "car",
    Room.SHIFTS: "cash",
    Room.RECONCILIATION: "balance",
    Room.PRODUCTS: "box",
    Room.OFFERS: "percent",
    Room.ACCOUNTS: "truck",
    Room.STAFF: "people",
    Room.HISTORY: "book",
    Room.CONNECTIONS: "plug",
}


def title(room: Room) -> str:
    """What the room is called."""
    return _(_TITLES[room])
