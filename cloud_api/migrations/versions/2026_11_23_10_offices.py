"""The head office: users, roles, sessions, requests that take two, groups of stations, and a journal that is only added to.

Revision ID: 20261123_10_offices
Revises: 20261123_09_points_and_cards
"""

import sqlalchemy as sa
from alembic import op

from cloud_api.metadata import Id, Moment

revision = "20261123_10_offices"
down_revision = "20261123_09_points_and_cards"
branch_labels = None
depends_on = None

_ROLES = ("administrator", "administration"), ("operations",) * 2, ("finance",) * 2, ("support",) * 2


def upgrade() -> None:
    _users()
    _sessions()
    _groups()
    _journal()
    _requests()


def downgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute("DROP TRIGGER office_journal_only_added ON office_journal")
        op.execute("DROP FUNCTION office_journal_only_added()")
    for table in (
        "office_user_groups", "station_group_members", "station_groups", "office_requests", "office_journal",
        "office_guesses", "office_sessions", "office_recovery_codes", "office_user_roles", "office_users", "office_roles",
    ):  # fmt: skip
        op.drop_table(table)


def _users() -> None:
    roles = op.create_table(
        "office_roles",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("duties", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_roles")),
        sa.UniqueConstraint("title", name=op.f("uq_office_roles_title")),
    )
    op.bulk_insert(roles, [{"id": word, "title": word, "duties": duty} for word, duty in _ROLES])
    op.create_table(
        "office_users",
        sa.Column("id", Id(), nullable=False),
        sa.Column("login", sa.String(40), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("totp_secret", sa.Text),
        sa.Column("totp_step", sa.Integer, nullable=False, server_default="0"),
        sa.Column("enrolment_hash", sa.String(64)),
        sa.Column("enrolment_until", Moment),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_users")),
        sa.UniqueConstraint("login", name=op.f("uq_office_users_login")),
        sa.UniqueConstraint("enrolment_hash", name=op.f("uq_office_users_enrolment_hash")),
    )
    op.create_table(
        "office_user_roles",
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("role_id", sa.String(32), nullable=False),
        _names("office_user_roles", "user_id", "office_users"),
        _names("office_user_roles", "role_id", "office_roles"),
        sa.PrimaryKeyConstraint("user_id", "role_id", name=op.f("pk_office_user_roles")),
    )
    op.create_index(op.f("ix_office_user_roles_role_id"), "office_user_roles", ["role_id"])
    op.create_table(
        "office_recovery_codes",
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("code_index", sa.String(32), nullable=False),
        _names("office_recovery_codes", "user_id", "office_users"),
        sa.PrimaryKeyConstraint("user_id", "code_index", name=op.f("pk_office_recovery_codes")),
    )


def _sessions() -> None:
    op.create_table(
        "office_sessions",
        sa.Column("id", Id(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        _names("office_sessions", "user_id", "office_users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_office_sessions_token_hash")),
    )
    op.create_index(op.f("ix_office_sessions_user_id"), "office_sessions", ["user_id"])
    op.create_table(
        "office_guesses",
        sa.Column("whose", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.Column("locked_until", Moment),
        sa.PrimaryKeyConstraint("whose", name=op.f("pk_office_guesses")),
    )
    op.create_index(op.f("ix_office_guesses_last_at"), "office_guesses", ["last_at"])


def _groups() -> None:
    op.create_table(
        "station_groups",
        sa.Column("id", Id(), nullable=False),
        sa.Column("title", sa.String(60), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_station_groups")),
    )
    op.create_table(
        "station_group_members",
        sa.Column("group_id", Id(), nullable=False),
        sa.Column("station_id", Id(), nullable=False),
        _names("station_group_members", "group_id", "station_groups"),
        _names("station_group_members", "station_id", "stations"),
        sa.PrimaryKeyConstraint("group_id", "station_id", name=op.f("pk_station_group_members")),
    )
    op.create_index(op.f("ix_station_group_members_station_id"), "station_group_members", ["station_id"])
    op.create_table(
        "office_user_groups",
        sa.Column("user_id", Id(), nullable=False),
        sa.Column("group_id", Id(), nullable=False),
        _names("office_user_groups", "user_id", "office_users"),
        _names("office_user_groups", "group_id", "station_groups"),
        sa.PrimaryKeyConstraint("user_id", "group_id", name=op.f("pk_office_user_groups")),
    )
    op.create_index(op.f("ix_office_user_groups_group_id"), "office_user_groups", ["group_id"])


def _journal() -> None:
    op.create_table(
        "office_journal",
        sa.Column("id", Id(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("user_id", Id()),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_journal")),
    )
    op.create_index(op.f("ix_office_journal_user_id_id"), "office_journal", ["user_id", "id"])
    op.create_index(op.f("ix_office_journal_about_id"), "office_journal", ["about", "id"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION office_journal_only_added() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the journal is only added to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER office_journal_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON office_journal"
            " FOR EACH STATEMENT EXECUTE FUNCTION office_journal_only_added()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER office_journal_no_{change.lower()} BEFORE {change} ON office_journal"
            " BEGIN SELECT RAISE(ABORT, 'the journal is only added to'); END"
        )


def _requests() -> None:
    op.create_table(
        "office_requests",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("duty", sa.String(20), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("asked_by", Id(), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("decided_by", Id()),
        sa.Column("decided_at", Moment),
        sa.Column("used_for", sa.String(64)),
        _names("office_requests", "asked_by", "office_users"),
        _names("office_requests", "decided_by", "office_users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_requests")),
    )
    op.create_index(op.f("ix_office_requests_state_id"), "office_requests", ["state", "id"])


def _names(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{of}.id"], name=op.f(f"fk_{table}_{column}_{of}"))
