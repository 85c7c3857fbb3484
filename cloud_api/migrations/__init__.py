"""Alembic's scripts of the cloud database."""
