"""Cases of fuel that two counts disagree about."""

import sqlalchemy as sa
from alembic import op

revision = "20261123_19_cases"
down_revision = "20261123_18_tanks"
branch_labels = None
depends_on = None


_FOUND = ("number", "id", "shift", "kind", "grade", "nozzle", "millilitres", "found", "worth", "found_at")
_RULES = (
    (
        "cases_keep_figures",
        "UPDATE ON reconciliation_cases",
        "what was found and a closed case never change",
        "OLD.state = 'closed' OR "
        + " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in _FOUND),
    ),
    ("cases_stay", "DELETE ON reconciliation_cases", "a case is never deleted", ""),
)


def upgrade() -> None:
    op.create_table(
        "reconciliation_cases",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("grade", sa.String(length=12), nullable=False),
        sa.Column("nozzle", sa.String(length=12), nullable=False),
        sa.Column("millilitres", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.String(length=20), nullable=False),
        sa.Column("worth", sa.BigInteger(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=32)),
        sa.Column("at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_reconciliation_cases")),
        sa.UniqueConstraint("id", name=op.f("uq_reconciliation_cases_id")),
        sa.UniqueConstraint(
            "shift",
            "kind",
            "grade",
            "nozzle",
            "found",
            name=op.f("uq_reconciliation_cases_shift_kind_grade_nozzle_found"),
        ),
    )
    for rule in _RULES:
        op.execute(_trigger(*rule))


def downgrade() -> None:
    op.drop_table("reconciliation_cases")


def _trigger(name: str, before: str, refusal: str, when: str) -> str:
    if op.get_bind().dialect.name == "sqlite":
        condition = f" WHEN {when.replace('IS DISTINCT FROM', 'IS NOT')}" if when else ""
        return f"CREATE TRIGGER {name} BEFORE {before}{condition} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
    condition = f" WHEN ({when})" if when else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {before} FOR EACH ROW{condition} EXECUTE FUNCTION refuse('{refusal}')"
    )
