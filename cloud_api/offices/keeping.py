"""The head office's first users, by command on the server: there is no account that was there before."""

import argparse
from argparse import Namespace

from cloud_api.clock import Clock
from cloud_api.database import Database
from cloud_api.identifiers import new_id
from cloud_api.offices import totp
from cloud_api.offices.service import Offices


def add_office_user(database: Database, clock: Clock, asked: Namespace) -> list[str]:
    """The only time that password, authenticator secret and recovery codes are told."""
    offices, login = Offices(database, clock), asked.login.strip().lower()
    enrolled = database.write_now(
        lambda work: offices.add_enrolled(
            work, new_id(clock.now()), login=login, name=asked.name, role_ids=asked.role or ["administrator"]
        )
    )
    return [
        f"user {enrolled.user_id}",
        f"login {login}",
        f"password {enrolled.password}",
        f"totp-secret {enrolled.totp_secret}",
        f"totp-uri {totp.uri(enrolled.totp_secret, login)}",
        *(f"recovery-code {code}" for code in enrolled.recovery_codes),
    ]


def suspend_office_user(database: Database, clock: Clock, asked: Namespace) -> list[str]:
    """Ends their sessions, too."""
    offices, login = Offices(database, clock), asked.login.strip().lower()
    return [f"user {database.write_now(lambda work: offices.suspend(work, login))}"]


def office_arguments(add: argparse.ArgumentParser) -> None:
    add.add_argument("--login", required=True)
    add.add_argument("--name", required=True)
    add.add_argument(
        "--role",
        action="append",
        choices=["administrator", "operations", "finance", "support"],
        help="may be repeated; without it a system administrator",
    )
