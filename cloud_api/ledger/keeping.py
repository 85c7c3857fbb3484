"""The books by command: look at all of them, and name what is wrong."""

import asyncio
from argparse import Namespace

from cloud_api.clock import Clock
from cloud_api.database import Database
from cloud_api.ledger import repository
from cloud_api.ledger.checking import Books


def check_books(database: Database, clock: Clock, _asked: Namespace) -> list[str]:
    """What each kind of account holds, then every fault; the last line says how many."""
    totals = database.read_now(repository.totals)
    check = asyncio.run(Books(database, clock).check_whole())
    return [
        *(f"{kind} {total}" for kind, total in sorted(totals.items())),
        *(f"fault {fault}" for fault in check.faults),
        f"faults {len(check.faults)}",
    ]
