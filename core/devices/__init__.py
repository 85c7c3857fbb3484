"""Real hardware: pump controllers and receipt printers, behind core.ports."""
