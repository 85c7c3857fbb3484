"""A till that commits sales in a loop and is killed without warning, again and again; test_kill.py reads what it told.

One process that loads everything once and forks each till, so that twenty deaths take a few seconds.
"""

import os
import random
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from core.domain.events.pumps import FillChanged
from core.domain.events.sales import PaymentChanged, SaleCompleted
from core.domain.ids import ShiftId
from core.persistence.database import Database
from core.persistence.unit_of_work import UnitsOfWork
from tests.builders import MOMENT, a_fill, a_payment, a_sale, an_envelope, goods
from tests.persistence.conftest import SHANGHAI, HandMovedClock, Listener


def main(url: str, shift: str, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(kills):
        from_till, to_us = os.pipe()
        tills_seed = chance.getrandbits(60)
        till = os.fork()
        if till == 0:
            os.close(from_till)
            try:
                _sell_for_ever(url, ShiftId(shift), to_us, tills_seed)
            finally:
                traceback.print_exc()
                os._exit(1)
        os.close(to_us)
        # Dead after so many sales and a moment more, which may be anywhere within the next one.
        with os.fdopen(from_till) as said:
            for _ in range(chance.randrange(1, 8)):
                sys.stdout.write(said.readline())
            for _ in range(chance.randrange(40_000)):
                pass
            os.kill(till, signal.SIGKILL)
            # What it had still told before it died counts as well; a line cut short does not.
            sys.stdout.writelines(line for line in said if line.endswith("\n"))
        sys.stdout.flush()
        if not os.WIFSIGNALED(os.waitpid(till, 0)[1]):
            sys.exit("a till ended by itself")


def _sell_for_ever(url: str, shift: ShiftId, tell: int, seed: int) -> None:
    chance = random.Random(seed)

    def an_id() -> Any:
        return f"{chance.getrandbits(128):032x}"

    database = Database.open(url)
    work = UnitsOfWork(database, "pos_app", HandMovedClock(), an_id, Listener(), SHANGHAI)
    while True:
        fill = a_fill(id=an_id(), shift=shift, transaction=chance.getrandbits(30))
        with work() as transaction:
            transaction.fills.save(fill)
        sale = a_sale(fill, id=an_id(), shift=shift).with_goods(an_id(), goods(), 2)
        with work() as transaction:
            transaction.sales.save(sale)
        with work() as transaction:
            sale = transaction.sales.get(sale.id)
            payment = a_payment(sale, id=an_id())
            number = transaction.sales.next_number(MOMENT)
            sale = sale.with_payment(payment).completed(number, MOMENT)
            transaction.fills.save(fill.taken_into(sale.id).paid(sale.id))
            transaction.sales.save(sale)
            transaction.record(PaymentChanged(payment.id, sale.id, payment.state))
            transaction.record(FillChanged(fill.id, "paid"))
            transaction.record(SaleCompleted(sale.id, number, sale.total.fen))
            transaction.messages.post(an_envelope(id=an_id()))
        os.write(tell, f"{number} {sale.id}\n".encode())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
