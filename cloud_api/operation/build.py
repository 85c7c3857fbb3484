"""Joins what this room has to the cloud."""

import asyncio

from fastapi import FastAPI

from cloud_api.database import Database
from cloud_api.hub import Hub
from cloud_api.operation.bells import Bells
from cloud_api.operation.broker import BrokerBells
from cloud_api.operation.figures import Figures
from cloud_api.operation.limits import Buckets, Limits
from cloud_api.operation.turns import AlwaysOurs, Turn
from cloud_api.operation.watch import Watch
from cloud_api.settings import Settings


class AmongWorkers:
    """This worker among others at the same database: bells between them, and whose turn the chores are."""

    def __init__(self, database: Database, settings: Settings, hub: Hub) -> None:
        self._bells: Bells | BrokerBells | None = None
        self.turn: Turn | AlwaysOurs = AlwaysOurs()
        if database.is_shared:
            address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
            self.turn = Turn(address)
            if settings.bells.startswith("nats://"):
                self._bells = BrokerBells(settings.bells, str(database.url), hub.ring_here)
            elif settings.bells != "none":
                self._bells = Bells(address, hub.ring_here)
            if self._bells is not None:
                hub.ring_elsewhere_by(self._bells.ring)
        self._hub = hub

    async def close(self) -> None:
        self._hub.ring_elsewhere_by(None)
        if self._bells is not None:
            await asyncio.to_thread(self._bells.close)
        self.turn.close()


def watch(app: FastAPI, settings: Settings) -> None:
    """Around everything: counts and limits."""
    figures = Figures()
    database: Database = app.state.database
    figures.gauge("youzhan_writes_waiting", "Writes that wait for the committer.", lambda: database.waiting)
    app.state.figures = figures
    limits = Limits(
        Buckets(settings.requests_a_second_by_token, settings.requests_at_once_by_token),
        Buckets(settings.requests_a_second_by_address, settings.requests_at_once_by_address),
    )
    app.state.limits = limits
    app.add_middleware(Watch, figures=figures, limits=limits)
