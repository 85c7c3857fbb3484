"""Member codes: made for a phone or after a confirmation, known here by their hash alone."""

import hashlib
import re
import secrets
from datetime import timedelta

from sqlalchemy import Connection

from cloud_api.clock import Clock
from cloud_api.ledger.stored_value import CannotPay
from cloud_api.members import repository
from cloud_api.members.repository import CodeRow
from core.domain.scan import cleaned

_CODE = re.compile(r"YM[0-9A-Z]{18}")


class MemberCodes:
    """Issues and reads codes. Digits only, so that a bar code of one stays short enough for a phone's width."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def issue(
        self,
        connection: Connection,
        driver_id: str,
        lives: timedelta,
        *,
        station_id: str | None = None,
        sale_id: str | None = None,
    ) -> tuple[str, CodeRow]:
        """A new code, told this once, and its row."""
        code, now = "YM" + "".join(secrets.choice("0123456789") for _ in range(18)), self._clock.now()
        row = CodeRow(_hash(code), driver_id, station_id, sale_id, now + lives)
        repository.add_code(connection, row, now)
        return code, row

    def driver_of(self, connection: Connection, text: str, station_id: str) -> str | None:
        """Whose code this is; None where it is nobody's, or not any more, or not here."""
        row = self._row(connection, text)
        if row is None or self._clock.now() >= row.expires_at or row.station_id not in (None, station_id):
            return None
        return row.driver_id

    def spend(
        self, connection: Connection, text: str, *, payment_id: str, station_id: str, sale_id: str | None
    ) -> str:
        """The driver who pays with this code, which no other payment can use after that. Raises CannotPay."""
        row = self._row(connection, text)
        is_here = row is not None and row.station_id in (None, station_id) and row.sale_id in (None, sale_id)
        if row is None or not is_here or self._clock.now() >= row.expires_at:
            raise CannotPay("code_expired")
        if row.used_by != payment_id and not repository.use_code(connection, row.code_hash, payment_id):
            raise CannotPay("code_expired")
        return row.driver_id

    def _row(self, connection: Connection, text: str) -> CodeRow | None:
        code = cleaned(text)
        return repository.code(connection, _hash(code)) if _CODE.fullmatch(code) else None


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
