"""Builds the head office's rooms and hangs them on the app."""

from dataclasses import replace

from fastapi import FastAPI

from cloud_api.clock import Clock
from cloud_api.database import Database
from cloud_api.offices import people
from cloud_api.offices.service import Offices
from cloud_api.offices.sign_in import OfficeSignIn


def open_office(app: FastAPI, database: Database, clock: Clock, site_url: str) -> None:
    """After app.state.access is there: from now on it knows the head office's users too."""
    app.state.clock = clock
    app.state.office_sign_in = OfficeSignIn(database, clock, site_url)
    app.state.offices = Offices(database, clock)
    app.state.access = replace(app.state.access, office_user_of=app.state.office_sign_in.user_of)
    app.state.people_desk = people.PeopleDesk(database, clock)
