"""Every route of the OpenAPI document, asked what it allows and what it does not, signed in and not: never a 500.

Schemathesis makes the requests; real ids of the cloud are mixed in, so that they reach the rules behind the doors.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Err, Ok
from schemathesis.schemas import APIOperation

from tests.cloud_api.conftest import Cloud, Switchboard, Town, running_cloud
from tests.conftest import ExpectLog

WHO = ("driver", "station", "office")
_EACH = 1
_EACH_AT_LENGTH = 150
# Says that it is not at hand, truly: no such provider, gateway or map is set up in these tests.
_AWAY = 503


@dataclass(slots=True)
class Asker:
    """Sends requests of the document to a cloud that knows some ids, as whoever a path is for."""

    cloud: Cloud
    session: requests.Session
    tokens: dict[str, str]
    ids: dict[str, str]

    def operations(self) -> list[APIOperation[Any, Any, Any, Any]]:
        document = self.cloud.get("/openapi.json")
        schema = schemathesis.openapi.from_dict(document)
        schema.config.update(base_url=self.cloud.url)
        found = list(schema.get_all_operations())
        assert not [one for one in found if isinstance(one, Err)]
        return [one.ok() for one in found if isinstance(one, Ok)]

    def send(self, case: Case, *, signed_in: bool, with_ids: bool) -> requests.Response:
        if with_ids:
            for name in case.path_parameters or {}:
                if name in self.ids:
                    case.path_parameters[name] = self.ids[name]
            if isinstance(case.body, dict):
                for name in case.body:
                    if name in self.ids:
                        case.body[name] = self.ids[name]
        kwargs = case.as_transport_kwargs(base_url=self.cloud.url)
        if signed_in:
            kwargs.setdefault("headers", {})["Authorization"] = f"Bearer {self.tokens[self.who(case.path)]}"
        return self.session.request(**kwargs, timeout=20)

    @staticmethod
    def who(path: str) -> str:
        if path.startswith("/v1/office"):
            return "office"
        return "station" if path.startswith(("/v1/station/", "/v1/station-")) else "driver"


@pytest.fixture(scope="module")
def asker(
    running_town: Town, switchboard: Switchboard, migrated_file: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asker]:
    file = tmp_path_factory.mktemp("fuzzed") / "cloud.db"
    file.write_bytes(migrated_file.read_bytes())
    with (
        running_cloud(running_town, switchboard, f"sqlite:///{file}") as cloud,
        requests.Session() as session,
    ):
        station, driver = cloud.station(), cloud.driver()
        office = cloud.office("operations", "finance", "support", "administrator")
        order = driver.order(station)
        ids = {
            "station_id": station.id,
            "order_id": str(order["id"]),
            "quote_id": str(driver.quote(station)["id"]),
            "payment_id": driver.start_to_pay(str(order["id"])),
            "driver_id": driver.id,
            "person_id": driver.id,
        }
        tokens = {"driver": driver.token, "station": station.token, "office": office.token}
        yield Asker(cloud, session, tokens, ids)


def _ask_all(asker: Asker, who: str, each: int) -> None:
    wrong: list[str] = []
    for operation in asker.operations():
        if asker.who(operation.path) != who:
            continue
        for mode in GenerationMode:

            @settings(
                max_examples=each,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(operation.as_strategy(generation_mode=mode), st.booleans(), st.integers(0, 9))
            def ask(case: Case, with_ids: bool, stranger: int) -> None:
                answer = asker.send(case, signed_in=stranger > 0, with_ids=with_ids)
                if answer.status_code >= 500 and answer.status_code != _AWAY:
                    wrong.append(
                        f"{case.method} {case.path}: {answer.status_code} {answer.text[:300]} {case.body!r:.300}"
                    )

            # What takes nothing cannot be asked wrongly.
            with suppress(Unsatisfiable):
                ask()
    assert not wrong, "\n".join(sorted(set(wrong))[:20])


@pytest.fixture
def forgeries_are_told(expected_log: ExpectLog, who: str) -> None:
    """Whoever forges a provider's notification is told of to whoever runs the cloud."""
    if who == "driver":
        expected_log("a notification from")


@pytest.mark.usefixtures("forgeries_are_told")
@pytest.mark.parametrize("who", WHO)
def test_no_route_falls_down(asker: Asker, who: str) -> None:
    _ask_all(asker, who, _EACH)


@pytest.fixture
def older_copies_are_told(expected_log: ExpectLog, who: str) -> None:
    """So is a station that has more of the cloud than the cloud knows of; with so many numbers one is of that kind."""
    if who == "station":
        expected_log("of us, and we know of")


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.usefixtures("forgeries_are_told", "older_copies_are_told")
@pytest.mark.parametrize("who", WHO)
def test_no_route_falls_down_at_length(asker: Asker, who: str) -> None:
    _ask_all(asker, who, _EACH_AT_LENGTH)
