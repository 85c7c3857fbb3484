"""Signing in, the same in both apps."""
