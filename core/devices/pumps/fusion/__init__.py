"""Driver of a Wayne Fusion controller: pipe text on one TCP line, where the controller tells what happens by itself."""
