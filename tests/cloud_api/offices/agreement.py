"""How tests get the agreement of a second person to a deed that was refused without it."""

from typing import Any

from tests.cloud_api.conftest import Someone, code_of


def agreed(asking: Someone, agreeing: Someone, refused: Any) -> Someone:
    """Asks for what the refusal names and lets the other agree: whoever asked, with the agreement in hand."""
    assert code_of(refused) == "second_person_needed"
    request_id = asking.new_id()
    asking.post("/v1/office/requests", {**refused["error"]["data"], "why": "已电话核实"}, 201, key=request_id)
    agreeing.post(f"/v1/office/requests/{request_id}/decision", {"decision": "agree"})
    holder = Someone(asking.client, asking.clock, asking.token, asking.id)
    holder.headers["Agreement"] = request_id
    return holder
