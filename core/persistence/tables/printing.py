"""Papers that are to come out, and that came out."""

from core.domain.print_job import PaperKind, PrintState
from core.persistence.column_types import Id, Moment, Word
from core.persistence.metadata import metadata
from core.persistence.words import Column, Integer, String, Table

print_jobs = Table(
    "print_jobs",
    metadata,
    Column("id", Id(), primary_key=True),
    Column("printer", String(120), nullable=False),
    Column("kind", Word(PaperKind), nullable=False),
    Column("subject", String(60), nullable=False),
    Column("posted_at", Moment(), nullable=False),
    Column("posted_by", Id(), nullable=False),
    Column("copy", Integer(), nullable=False),
    Column("state", Word(PrintState), nullable=False),
    Column("fault", String(60), nullable=False),
    Column("tries", Integer(), nullable=False),
    Column("ended_at", Moment()),
    sqlite_with_rowid=False,
)

# Which program's papers come out where: a bill names the till that opened it, and that till's paper is wanted there,
# whoever hears that the bill is paid.
print_places = Table(
    "print_places",
    metadata,
    Column("place", String(60), primary_key=True),
    Column("printer", String(120), nullable=False),
    Column("since", Moment(), nullable=False),
)
