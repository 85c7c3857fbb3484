"""Users of the head office, what they may, their sessions, what they did, and groups of stations."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from cloud_api.metadata import Id, Moment, metadata
from cloud_api.sealing import BlindIndex, SealedText

office_roles = Table(
    "office_roles",
    metadata,
    # A built-in role's word, or an id.
    Column("id", String(32), primary_key=True),
    Column("title", String(40), nullable=False, unique=True),
    # Words of Duty, with commas between.
    Column("duties", String(100), nullable=False),
)

office_users = Table(
    "office_users",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("login", String(40), nullable=False, unique=True),
    Column("name", SealedText("office_users.name"), nullable=False),
    # Neither is there before the person has enrolled.
    Column("password_hash", String(200)),
    Column("totp_secret", SealedText("office_users.totp_secret")),
    # The last step that signed in: a code that was looked at over the shoulder does not do so again.
    Column("totp_step", Integer, nullable=False, server_default="0"),
    Column("enrolment_hash", String(64), unique=True),
    Column("enrolment_until", Moment),
    Column("is_active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)

office_user_roles = Table(
    "office_user_roles",
    metadata,
    Column("user_id", Id(), ForeignKey("office_users.id"), primary_key=True),
    Column("role_id", String(32), ForeignKey("office_roles.id"), primary_key=True, index=True),
)

office_recovery_codes = Table(
    "office_recovery_codes",
    metadata,
    Column("user_id", Id(), ForeignKey("office_users.id"), primary_key=True),
    Column("code_index", BlindIndex("office recovery code"), primary_key=True),
)

office_sessions = Table(
    "office_sessions",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("user_id", Id(), ForeignKey("office_users.id"), nullable=False, index=True),
    Column("address", SealedText("office_sessions.address"), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
)

# Tries to sign in, by login (known or not) and by address.
office_guesses = Table(
    "office_guesses",
    metadata,
    Column("whose", BlindIndex("office guess"), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("last_at", Moment, nullable=False, index=True),
    Column("locked_until", Moment),
)

# The database itself refuses to change or remove a line.
office_journal = Table(
    "office_journal",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("at", Moment, nullable=False),
    # Nothing where it was done by command on the server.
    Column("user_id", Id()),
    Column("what", String(60), nullable=False),
    # What it is about: an id, or a word.
    Column("about", String(64), nullable=False),
    Column("details", SealedText("office_journal.details"), nullable=False),
    Index(None, "user_id", "id"),
    Index(None, "about", "id"),
)

# What one person asks for and another agrees to.
office_requests = Table(
    "office_requests",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("about", String(64), nullable=False),
    # What exactly was agreed to: shown to whoever decides, and compared by its fingerprint when it is done.
    Column("facts", SealedText("office_requests.facts"), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("why", SealedText("office_requests.why"), nullable=False),
    # The duty of whoever decides.
    Column("duty", String(20), nullable=False),
    Column("state", String(8), nullable=False),
    Column("asked_by", Id(), ForeignKey("office_users.id"), nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("decided_by", Id(), ForeignKey("office_users.id")),
    Column("decided_at", Moment),
    # The deed that it was used for: the same deed again is no second use.
    Column("used_for", String(64)),
    Index(None, "state", "id"),
)

station_groups = Table(
    "station_groups",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("title", String(60), nullable=False),
    Column("created_at", Moment, nullable=False),
)

station_group_members = Table(
    "station_group_members",
    metadata,
    Column("group_id", Id(), ForeignKey("station_groups.id"), primary_key=True),
    Column("station_id", Id(), ForeignKey("stations.id"), primary_key=True, index=True),
)

# A user with none of these sees every station.
office_user_groups = Table(
    "office_user_groups",
    metadata,
    Column("user_id", Id(), ForeignKey("office_users.id"), primary_key=True),
    Column("group_id", Id(), ForeignKey("station_groups.id"), primary_key=True, index=True),
)
