"""Fills that are not simply paid: missing, claimed elsewhere, owed, disputed, tested."""
