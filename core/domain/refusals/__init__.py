"""What the rules say no to, with data and no sentence; core.wording.refusals turns each into one."""
