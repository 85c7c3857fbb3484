"""Pairs this station's machine with the cloud: a one-time code for a token."""

from dataclasses import dataclass

from core.cloud_link.answers import Answer
from core.cloud_link.client import CloudClient
from core.domain.ids import StationId


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the cloud gave; the token is a secret and is kept in one place."""

    station_id: StationId
    name: str
    token: str


def enrol(url: str, pairing_code: str) -> Enrolment:
    """Give the pairing code that the cloud showed.

    Raises PairingCodeWrong, TooManyTries, CloudUnreachable, or CloudAnswerLost: the code may be used up, get a new one.
    """
    client = CloudClient(url)
    try:
        asked = {"pairing_code": pairing_code.strip().upper()}
        return client.post("/v1/station-enrolments", asked, _enrolment, may_repeat=False)
    finally:
        client.close()


def _enrolment(answer: Answer) -> Enrolment:
    return Enrolment(StationId(answer.named("station_id")), answer.text("name"), answer.named("token"))
