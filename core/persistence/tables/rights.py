"""Roles with their rights, and approvals given on the spot."""

from core.domain.staff import Permission
from core.persistence.column_types import Id, Moment, PermissionNames, Word
from core.persistence.metadata import metadata
from core.persistence.words import Boolean, Column, String, Table

roles = Table(
    "roles",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("name", String(40), nullable=False),
    Column("permissions", PermissionNames(), nullable=False),
    Column("active", Boolean(), nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("approver", Id(), nullable=False),
    Column("asked_by", Id(), nullable=False),
    Column("permission", Word(Permission), nullable=False),
    Column("at", Moment(), nullable=False),
    Column("until", Moment(), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("used_at", Moment()),
)
