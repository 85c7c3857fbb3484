"""The head office: its users, roles and sessions, its journal, groups of stations, and deeds that take two."""
