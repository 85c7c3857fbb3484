"""Which duty each route of the head office wants is written down, and is so."""

import re

from dev.places import PROJECT
from tests.cloud_api.conftest import Cloud, Someone, code_of

# Before anybody is signed in, and what would sign the asker out.
_NOT_ASKED = {"POST /v1/office/sign-in", "POST /v1/office/enrolments", "DELETE /v1/office/sign-in"}
_ANYBODY = "anybody there"


def test_each_route_wants_just_the_duties_that_are_written_down(cloud: Cloud) -> None:
    nobody, helper = cloud.office(), cloud.office("support")
    wanted: dict[str, list[str]] = {}
    for path, methods in cloud.get("/openapi.json")["paths"].items():
        for route in (f"{method.upper()} {path}" for method in methods if path.startswith("/v1/office")):
            if route not in _NOT_ASKED:
                duty = _missing(nobody, route)
                # The one duty that shares doors with another.
                also = " or support" if duty not in {None, "support"} and not _missing(helper, route) else ""
                wanted.setdefault(f"{duty or _ANYBODY}{also}", []).append(route)
    assert {who: sorted(routes) for who, routes in wanted.items()} == _written_down()


def _missing(user: Someone, route: str) -> str | None:
    """No body and no such id: who may not come in is told so before either is looked at."""
    method, _space, path = route.partition(" ")
    answer = user.client.request(method, re.sub(r"\{\w+\}", "0" * 32, path), headers=user.headers)
    if answer.status_code != 403 or code_of(answer.json()) != "office_duty_missing":
        return None
    return str(answer.json()["error"]["data"]["duty"])


def _written_down() -> dict[str, list[str]]:
    page = (PROJECT / "docs" / "cloud-security.md").read_text("utf-8")
    section = page.partition("## Who may what\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"^\*\*([a-z ]+)\*\*(.*?)(?=^\*\*|\Z)", section, re.MULTILINE | re.DOTALL)
    return {
        who: sorted(f"{method} /v1/office{path}" for method, path in re.findall(r"`([A-Z]+) (/\S*)`", text))
        for who, text in blocks
    }
