"""Requests and answers of drivers."""

from typing import Annotated

from pydantic import Field

from cloud_api.schemas import Asked, Given, PlainText
from core.protocol.field_types import Grade, Moment


class CodeAsked(Asked):
    phone: Annotated[PlainText, Field(max_length=30, examples=["13812345678"])]


class CodeSent(Given):
    resend_after_seconds: int = Field(examples=[60])
    expires_after_seconds: int = Field(examples=[300])


class SignInAsked(Asked):
    phone: Annotated[PlainText, Field(max_length=30, examples=["13812345678"])]
    code: Annotated[PlainText, Field(max_length=12, examples=["402915"])]
    device_id: Annotated[PlainText, Field(max_length=100)] | None = None


class DriverGiven(Given):
    id: str
    phone: str = Field(examples=["138****5678"])


class SignedIn(Given):
    token: str
    driver: DriverGiven


class Me(Given):
    driver: DriverGiven


class Session(Given):
    id: str
    agent: str = Field(description="The program that signed in.")
    created_at: Moment
    expires_at: Moment
    is_this: bool


class Sessions(Given):
    sessions: list[Session]


class VehicleAsked(Asked):
    car: Annotated[PlainText, Field(max_length=60, examples=["白色 丰田卡罗拉"])] | None = None
    usual_grade: Grade | None = None


class Vehicle(Given):
    plate: str = Field(examples=["云A12345"])
    car: str
    usual_grade: str | None


class Vehicles(Given):
    vehicles: list[Vehicle]
