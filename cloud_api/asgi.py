"""For any ASGI server: `uvicorn --factory cloud_api.asgi:application`, settings from the environment alone."""

from fastapi import FastAPI

from cloud_api import garbage
from cloud_api.app import create_app
from cloud_api.operation.logs import set_up
from cloud_api.settings import load


def application() -> FastAPI:
    """One worker. Raises SettingsUnfit."""
    settings = load({})
    set_up(settings.log_form)
    app = create_app(settings)
    garbage.set_aside()
    return app
