"""Routes of the directory, enrolment, mailbox and doorbell."""

from typing import Annotated, cast

from fastapi import APIRouter, Depends, Query, Request, WebSocket
from fastapi.requests import HTTPConnection

from cloud_api.access import SignedInStation, bearer_token, station_of_token
from cloud_api.refusals import close_refused
from cloud_api.schemas import PlainText
from cloud_api.stations import doorbell, schemas
from cloud_api.stations.repository import NozzleRow
from cloud_api.stations.service import ListedStation, Stations
from core.domain.refusals.people import NotSignedIn
from core.protocol.field_types import Grade
from core.wording import names
from core.wording.refusals import sentence

router = APIRouter()


def _stations(connection: HTTPConnection) -> Stations:
    return cast(Stations, connection.app.state.stations)


Service = Annotated[Stations, Depends(_stations)]
Latitude = Annotated[float | None, Query(ge=-90, le=90, allow_inf_nan=False, description="GCJ-02 degrees")]
Longitude = Annotated[float | None, Query(ge=-180, le=180, allow_inf_nan=False, description="GCJ-02 degrees")]


@router.get("/v1/stations", tags=["stations"], summary="Stations, nearest first")
async def directory(
    stations: Service,
    lat: Latitude = None,
    lng: Longitude = None,
    grade: Annotated[Grade | None, Query(description="Only stations that sell this grade")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> schemas.Stations:
    listed = await stations.directory(lat, lng, grade, limit)
    return schemas.Stations(stations=[schemas.Station.model_validate(_facts(one)) for one in listed])


@router.get("/v1/stations/{station_id}", tags=["stations"], summary="One station with its pumps")
async def station(
    station_id: PlainText, stations: Service, lat: Latitude = None, lng: Longitude = None
) -> schemas.StationWithPumps:
    listed, nozzles = await stations.station(station_id, lat, lng)
    return schemas.StationWithPumps.model_validate({**_facts(listed), "pumps": _pumps(listed, nozzles)})


@router.post(
    "/v1/station-enrolments", status_code=201, tags=["station link"], summary="Pair a station's machine"
)
async def enrol(asked: schemas.EnrolmentAsked, request: Request, stations: Service) -> schemas.Enrolled:
    row, token = await stations.enrol(asked.pairing_code, request.client.host if request.client else "")
    return schemas.Enrolled(station_id=row.id, name=row.name, token=token)


@router.get("/v1/station/me", tags=["station link"], summary="Which station this token is of")
async def me(station: SignedInStation) -> schemas.StationSelf:
    return schemas.StationSelf(station_id=station.id, name=station.name)


@router.get("/v1/station/mailbox", tags=["station link"], summary="Messages waiting for the station")
async def fetch(
    station: SignedInStation,
    stations: Service,
    after: Annotated[
        int, Query(ge=0, le=2**53, description="The last number that is safe at the station")
    ] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> schemas.Mailbox:
    messages, latest = await stations.fetch(station.id, after, limit)
    return schemas.Mailbox(messages=[schemas.Envelope.model_validate(one) for one in messages], latest=latest)


@router.post(
    "/v1/station/messages", tags=["station link"], summary="What the station reports, once each by id"
)
async def take(
    asked: schemas.MessagesAsked, station: SignedInStation, stations: Service
) -> schemas.MessagesTaken:
    taken = await stations.take(station.id, asked.messages)
    return schemas.MessagesTaken(
        accepted=taken.accepted,
        refused=[
            schemas.RefusedMessage(id=message_id, code=refusal.code, message=sentence(refusal))
            for message_id, refusal in taken.refused
        ],
    )


# Starlette's own route: what FastAPI keeps of a request as long as it lasts, it would keep here for hours.
@router.websocket_route("/v1/station/doorbell")
async def ring(socket: WebSocket) -> None:
    """Says to a station that something waits for it."""
    stations = _stations(socket)
    await socket.accept()
    try:
        station = await station_of_token(socket, bearer_token(socket))
    except NotSignedIn as refusal:
        await close_refused(socket, refusal)
        return
    beat_seconds: float = socket.app.state.settings.doorbell_ping_seconds
    await doorbell.serve(
        socket, socket.app.state.hub, station.id, lambda: stations.latest_number(station.id), beat_seconds
    )


def _facts(listed: ListedStation) -> dict[str, object]:
    row = listed.row
    return {
        "id": row.id,
        "name": row.name,
        "address": row.address,
        "lat": row.lat,
        "lng": row.lng,
        "distance_m": listed.distance_m,
        "open": listed.is_open,
        "phone_policy": row.phone_policy,
        "prices": [
            schemas.GradePrice(
                grade=price.grade,
                name=names.grade(price.grade),
                price_li=price.price_li,
                coming=None
                if price.coming_li is None or price.coming_at is None
                else schemas.ComingPrice(price_li=price.coming_li, at=price.coming_at),
            )
            for price in listed.prices
        ],
    }


def _pumps(listed: ListedStation, nozzles: list[NozzleRow]) -> list[schemas.Pump]:
    price_li = {price.grade: price.price_li for price in listed.prices}
    pumps: dict[int, list[schemas.Nozzle]] = {}
    for one in nozzles:
        pumps.setdefault(one.pump, []).append(
            schemas.Nozzle(
                nozzle=one.nozzle,
                grade=one.grade,
                name=names.grade(one.grade),
                price_li=price_li.get(one.grade),
            )
        )
    return [schemas.Pump(pump=pump, nozzles=its) for pump, its in pumps.items()]
