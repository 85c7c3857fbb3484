"""What dev.py does: sets up what a command needs, then runs it; the standard library only, save where a module says so."""
