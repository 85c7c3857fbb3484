"""SQLAlchemy Core tables; never leave this package."""
