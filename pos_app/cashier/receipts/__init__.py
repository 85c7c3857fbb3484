"""The paper of what was sold last, and the cash drawer."""
