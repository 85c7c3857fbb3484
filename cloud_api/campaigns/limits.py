"""Limits of a campaign: who claims from where, as the keys that are counted, and each count as one statement."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from cloud_api.abuse import repository as sightings
from cloud_api.abuse.circumstances import Circumstances
from cloud_api.abuse.service import hashed
from cloud_api.campaigns import repository
from cloud_api.coupons.campaigns import CampaignRow
from cloud_api.coupons.driver_days import day_of
from core.domain.campaign import LimitKey
from core.domain.refusals.offers import CampaignAlreadyClaimed, CampaignLimitReached

NOWHERE = Circumstances()


@dataclass(frozen=True, slots=True)
class Claimer:
    """Who wants a coupon, and from where."""

    driver_id: str
    phone: str
    plates: Sequence[str] = ()
    circumstances: Circumstances = NOWHERE


# One of each campaign a person, unless the campaign says otherwise.
_USUAL = {LimitKey.PERSON: 1}
_EVER = ""


def use_up(connection: Connection, campaign: CampaignRow, claimer: Claimer, now: datetime) -> int:
    """Counts this claim under each key that the campaign limits; which one of this person's it is.

    Raises CampaignAlreadyClaimed, CampaignLimitReached; the caller's savepoint then takes back what was counted. The
    keys come in the order of LimitKey, those that many share last, so that nobody waits long for another's row.
    """
    limits = {**_USUAL, **campaign.limits}
    place = 1
    for limit in LimitKey:
        most = limits.get(limit)
        if most is None:
            continue
        day = day_of(now) if limit.by_day else _EVER
        for key in sorted(_keys(connection, limit, claimer)):
            found = repository.use_up(connection, campaign.id, limit.value, key, day, most)
            if found is None and limit is LimitKey.PERSON and most == 1:
                raise CampaignAlreadyClaimed
            if found is None:
                raise CampaignLimitReached(limit.value, most)
            if limit is LimitKey.PERSON:
                place = found
    return place


def use_share(connection: Connection, campaign: CampaignRow, driver_id: str) -> None:
    """Counts one more share that this person hands out. Raises CampaignLimitReached."""
    most = campaign.limits.get(LimitKey.SHARES, 1)
    kind = LimitKey.SHARES.value
    if repository.use_up(connection, campaign.id, kind, driver_id, _EVER, most) is None:
        raise CampaignLimitReached(kind, most)


def _keys(connection: Connection, limit: LimitKey, claimer: Claimer) -> Iterator[str]:
    match limit:
        case LimitKey.PERSON | LimitKey.PERSON_A_DAY:
            yield claimer.driver_id
        case LimitKey.PHONE:
            # A phone stays what it is when its account is closed and opened anew.
            yield hashed(connection, "phone", claimer.phone)
        case LimitKey.DEVICE:
            # Who tells no device shares one with all who tell none.
            yield hashed(connection, "device", claimer.circumstances.device_id)
        case LimitKey.PLATE:
            yield from {hashed(connection, "plate", plate) for plate in claimer.plates}
        case LimitKey.PAYER:
            yield from sightings.keys_of(connection, "payer", claimer.driver_id)
        case LimitKey.NETWORK_A_DAY:
            yield hashed(connection, "network", claimer.circumstances.network)
        case LimitKey.DAY:
            yield "everybody"
        case LimitKey.SHARES:
            return
