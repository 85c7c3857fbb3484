"""Who pays for whom: an openid or buyer id that pays for several accounts is one person with several phones."""

from datetime import datetime

from sqlalchemy import Connection

from cloud_api.abuse import repository
from cloud_api.abuse.service import hashed


def note(connection: Connection, payer: str, driver_id: str, now: datetime) -> None:
    """A provider says who paid for this driver's order; nothing is kept but a hash."""
    if payer:
        repository.see(connection, "payer", hashed(connection, "payer", payer), driver_id, now)
