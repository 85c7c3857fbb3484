"""The shift while it runs: cash in and out, drops into the safe, the X."""
