"""Which deeds of the head office take two people, and from what size on: the list, and how a room asks whether it may."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, cast

from fastapi import Depends, Header, Request

from cloud_api.access import OfficeUser
from cloud_api.clock import Clock
from cloud_api.database import Work
from cloud_api.offices import second_person
from cloud_api.offices.second_person import RequestRow
from cloud_api.schemas import KeyId
from cloud_api.settings import Settings
from core.domain.office import Duty
from core.domain.refusals.offices import SecondPersonNeeded


class Deed(StrEnum):
    BATCH_EXPORTED = "cards.batch_exported"
    BUDGET_RAISED = "campaigns.stocked"
    ENROLLED_ANEW = "office.enrolled_anew"
    PAID_BY_HAND = "wallet.paid_by_hand"
    POINTS_GIVEN = "points.given"
    REFUND_OF_THE_HOUSE = "wallet.refund_of_the_house"
    REFUND_PAID_OTHERWISE = "refunds.paid_otherwise"
    RIGHTS_CHANGED = "office.rights_changed"
    STATION_PAID = "ledger.paid_out"


# Of whoever asks and of whoever agrees.
DUTIES: Mapping[Deed, Duty] = MappingProxyType(
    {
        deed: {
            Deed.BUDGET_RAISED: Duty.OPERATIONS,
            Deed.ENROLLED_ANEW: Duty.ADMINISTRATION,
            Deed.RIGHTS_CHANGED: Duty.ADMINISTRATION,
        }.get(deed, Duty.FINANCE)
        for deed in Deed
    }
)


class Agreement:
    """What the asking request brings of a second person: the id of a request that another has agreed to, or nothing."""

    def __init__(
        self,
        request: Request,
        request_id: Annotated[
            KeyId | None,
            Header(alias="Agreement", description="Of POST /v1/office/requests, once another has agreed"),
        ] = None,
    ) -> None:
        settings = cast(Settings, request.app.state.settings)
        self._request_id = request_id
        self._clock = cast(Clock, request.app.state.clock)
        self.alone_fen, self.alone_points = settings.office_alone_fen, settings.office_alone_points

    def needed(
        self,
        work: Work,
        user: OfficeUser,
        deed: Deed,
        about: str,
        particulars: Mapping[str, object],
        *,
        deed_id: str,
    ) -> RequestRow:
        """What was agreed to. In the transaction of the deed; the same deed_id again is no second use.

        Raises SecondPersonNeeded, SecondPersonDisagrees.
        """
        if self._request_id is None:
            raise SecondPersonNeeded(deed, about, dict(particulars))
        return second_person.use(
            work,
            user,
            self._request_id,
            kind=deed,
            about=about,
            facts=particulars,
            deed_id=deed_id,
            at=self._clock.now(),
        )


Agreed = Annotated[Agreement, Depends(Agreement)]
