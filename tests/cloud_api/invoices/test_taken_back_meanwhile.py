"""What is asked for while a worker looks at an invoice is not lost by what the worker writes down."""

import asyncio
from typing import cast

import pytest

from cloud_api.invoices import repository
from cloud_api.invoices.house import InvoiceHouse
from cloud_api.invoices.issuing import Issuing
from cloud_api.invoices.repository import InvoiceRow
from tests.cloud_api.conftest import wait_until
from tests.cloud_api.invoices.conftest import PERSON, Office
from tests.cloud_api.simulated.outside_world import MovableClock


class _Overtaken(Issuing):
    """Somebody is quicker than what follows from a look."""

    async def _let_rest(self, row: InvoiceRow) -> None:
        await self._take_it_back(row)
        await super()._let_rest(row)

    async def _compare(self, row: InvoiceRow) -> None:
        await self._take_it_back(row)
        await super()._compare(row)

    async def _take_it_back(self, row: InvoiceRow) -> None:
        changes = {"state": "reversing", "reason": "2", "next_at": self._clock.now()}
        await self._database.write(lambda work: repository.change(work.connection, row.id, **changes))


@pytest.mark.parametrize("is_stale", [False, True])
def test_an_invoice_taken_back_during_the_last_look_at_it_turns_red(office: Office, is_stale: bool) -> None:
    cloud, driver = office.cloud, office.cloud.driver()
    order_id, key = office.paid_order(driver), driver.new_id()
    driver.post("/v1/invoices", {"orders": [order_id], "title": PERSON}, 201, key=key)
    office.until(driver, key, "issued")

    def rests() -> bool:
        row = cloud.database.read_now(lambda c: repository.invoice(c, key))
        return row is not None and row.next_at is None

    wait_until(rests, "nothing to be due")
    # It is due a second from now: the cloud's own clock stands still, so that its chore leaves it alone.
    later = MovableClock()
    later.pass_seconds((cloud.clock.now() - later.now()).total_seconds() + 1)
    changes = {"next_at": later.now(), "is_stale": is_stale}
    cloud.database.write_now(lambda work: repository.change(work.connection, key, **changes))
    # The house is not asked in this step.
    asyncio.run(_Overtaken(cloud.database, later, cast(InvoiceHouse, None)).issue_due())
    office.until(driver, key, "reversed")
    assert len(office.ledger()["reds"]) == 1
