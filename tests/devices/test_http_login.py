"""Logging in where several threads ask at the same time."""

import re

from core.devices.links.http_login import HttpLogin


def nonce_in(header: str | None) -> str:
    found = re.search(r'nonce="([^"]*)"', header or "")
    return found[1] if found else ""


def challenge(nonce: str) -> list[str]:
    return [f'Digest realm="pumps", qop="auth", nonce="{nonce}"']


def test_a_fresh_challenge_is_nobody_elses_before_it_let_its_question_in():
    login = HttpLogin("admin", "secret", "auto")
    mine, answered = login.answer(challenge("for me"), "POST", "/jsonPTS")
    # A controller whose nonce is good for one question would let this one in, and turn mine away.
    assert login.header("POST", "/jsonPTS") is None
    assert nonce_in(mine) == "for me"

    login.let_in(answered)
    assert nonce_in(login.header("POST", "/jsonPTS")) == "for me"


def test_every_use_of_a_challenge_has_its_own_count():
    login = HttpLogin("admin", "secret", "auto")
    first, answered = login.answer(challenge("kept"), "POST", "/jsonPTS")
    login.let_in(answered)
    headers = [first, login.header("POST", "/jsonPTS"), login.header("POST", "/jsonPTS")]
    assert [re.findall("nc=([0-9a-f]+)", header or "") for header in headers] == [
        ["00000001"],
        ["00000002"],
        ["00000003"],
    ]
