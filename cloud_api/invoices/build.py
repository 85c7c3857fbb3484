"""Joins the invoices with their house, as the settings name it."""

from collections.abc import Awaitable, Callable, Mapping

from cloud_api.clock import Clock
from cloud_api.database import Database, Work
from cloud_api.hub import Hub
from cloud_api.invoices.house import InvoiceHouse
from cloud_api.invoices.issuing import Issuing
from cloud_api.invoices.nuonuo import Nuonuo
from cloud_api.invoices.service import Invoices
from cloud_api.invoices.sources import TOP_UP
from cloud_api.settings import InvoiceSettings


class Invoicing:
    """The room of invoices. Without a house of the settings, what is asked for waits until there is one."""

    def __init__(self, database: Database, clock: Clock, hub: Hub, settings: InvoiceSettings | None) -> None:
        self._house: InvoiceHouse | None = None if settings is None else _house(settings, clock)
        self.invoices = Invoices(database, clock, hub, self._house)
        self._issuing = None if self._house is None else Issuing(database, clock, self._house)

    @property
    def chores(self) -> Mapping[str, Callable[[], Awaitable[object]]]:
        return {} if self._issuing is None else {"issue invoices": self._issuing.issue_due}

    def follow(self, paid_back: list[Callable[[Work, str], None]]) -> None:
        """A top-up whose money is paid back is invoiced no more."""
        paid_back.append(lambda work, top_up_id: self.invoices.given_back(work, TOP_UP, top_up_id))

    async def close(self) -> None:
        if self._house is not None:
            await self._house.close()


def _house(settings: InvoiceSettings, clock: Clock) -> InvoiceHouse:
    return Nuonuo(
        base_url=settings.base_url,
        app_key=settings.app_key,
        app_secret=settings.app_secret_file.read_text("utf-8").strip(),
        token=settings.token_file.read_text("utf-8").strip(),
        clock=clock,
    )
