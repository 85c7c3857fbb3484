"""A mark says whether these are real books or a training till's; every database of before is a real one."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_10_books"
down_revision = "20261122_09_rounding_sums"
branch_labels = None
depends_on = None

_SQLITE_TRIGGERS = (
    "CREATE TRIGGER books_keep BEFORE UPDATE ON books BEGIN SELECT RAISE(ABORT, 'books stay what they are'); END",
    "CREATE TRIGGER books_stay BEFORE DELETE ON books BEGIN SELECT RAISE(ABORT, 'books stay what they are'); END",
)
_POSTGRESQL_TRIGGERS = (
    "CREATE TRIGGER books_keep BEFORE UPDATE ON books FOR EACH ROW EXECUTE FUNCTION refuse('books stay what they are')",
    "CREATE TRIGGER books_stay BEFORE DELETE ON books FOR EACH ROW EXECUTE FUNCTION refuse('books stay what they are')",
)


def upgrade() -> None:
    op.create_table(
        "books",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_books")),
    )
    op.execute("INSERT INTO books (one, kind) SELECT 1, 'real' WHERE EXISTS (SELECT 1 FROM staff)")
    for trigger in _SQLITE_TRIGGERS if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL_TRIGGERS:
        op.execute(trigger)


def downgrade() -> None:
    op.drop_table("books")
