"""People of the head office for tests: enrolled by command, with an authenticator in hand."""

from dataclasses import dataclass
from typing import Any

import httpx

from cloud_api.identifiers import new_id
from cloud_api.offices import totp
from cloud_api.offices.service import Offices
from tests.cloud_api.conftest import Cloud, Someone


@dataclass
class Person:
    """Somebody of the head office who is not signed in yet."""

    cloud: Cloud
    id: str
    login: str
    password: str
    totp_secret: str
    recovery_codes: list[str]

    def code(self) -> str:
        """What the authenticator shows now; each signs in once, so time goes on."""
        self.cloud.town.clock.pass_seconds(30)
        return totp.code_at(self.totp_secret, totp.step_at(self.cloud.clock.now()))

    def try_to_sign_in(self, **said: str) -> httpx.Response:
        said = said if "code" in said else {**said, "code": self.code()}
        asked: dict[str, Any] = {"login": self.login, "password": self.password, **said}
        return self.cloud.client.post("/v1/office/sign-in", json=asked)

    def sign_in(self) -> Someone:
        answer = self.try_to_sign_in()
        assert answer.status_code == 200, answer.text
        return Someone(self.cloud.client, self.cloud.clock, answer.json()["token"], self.id)


def person(cloud: Cloud, login: str, *roles: str) -> Person:
    """By command on the server, as the first user comes to be."""
    user_id, offices = new_id(cloud.clock.now()), Offices(cloud.database, cloud.clock)
    enrolled = cloud.database.write_now(
        lambda work: offices.add_enrolled(
            work, user_id, login=login, name="王芳", role_ids=roles or ("administrator",)
        )
    )
    return Person(cloud, user_id, login, enrolled.password, enrolled.totp_secret, enrolled.recovery_codes)
