"""Passwords that are hashed for a hundredth of the time: how slow they are is tried once, in test_passwords."""

import pytest

from cloud_api.offices import passwords


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_COST_BITS", 8)
    monkeypatch.setattr(passwords, "_LANES", 1)
    monkeypatch.setattr(passwords, "NOBODYS", passwords.hash_of("nobody's at all"))
