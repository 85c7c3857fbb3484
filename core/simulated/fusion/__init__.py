"""A simulated Wayne Fusion controller on its real wire, with hands at its pumps and faults on request."""
