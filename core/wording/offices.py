"""Sentences and names of the head office."""

from core.wording.catalogue import _, mark

SENTENCES = {
    "office_sign_in_wrong": mark("Login, password or code is not right. Check all three and try again."),
    "office_duty_missing": mark("Your role does not include this. Ask the system administrator."),
    "office_stations_limited": mark(
        "This is about all stations, and you are limited to some. Ask somebody who is not."
    ),
    "office_password_unfit": mark(
        "A password has at least {shortest} characters, is not all alike and does not contain the login."
    ),
    "office_password_common": mark(
        "This password is among the first that a stranger would try. Take a sentence of your own, with neither your name nor"
        " the station's."
    ),
    "office_enrolment_over": mark("This enrolment code is not valid any more. Ask for a new one."),
    "office_user_not_found": mark("There is no such user of the head office."),
    "office_login_unfit": mark(
        "{login} cannot be a login: 3 to 40 small letters, digits, dots or dashes that nobody else has."
    ),
    "office_role_built_in": mark("This role belongs to the program and is not changed. Make another one."),
    "station_group_not_found": mark("There is no such group of stations."),
    "station_group_in_use": mark("{people} users are limited to this group. Give them another one first."),
    "second_person_needed": mark("This needs the agreement of a second person. Ask for it first."),
    "second_person_disagrees": mark(
        "There is no valid agreement of a second person to exactly this. Ask for it anew."
    ),
    "request_decided": mark("This request is decided already, or its time is over."),
}

_ROLE_TITLES = {
    "administrator": mark("System administrator"),
    "operations": mark("Operations"),
    "finance": mark("Finance"),
    "support": mark("Customer support"),
}


def role_title(role_id: str, title: str) -> str:
    """A built-in role's title in the reader's language; any other's as the office wrote it."""
    return _(_ROLE_TITLES[role_id]) if role_id in _ROLE_TITLES else title
