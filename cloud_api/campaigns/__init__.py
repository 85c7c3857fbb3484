"""Campaigns: what coupons are like, how they get to people, what that may cost and what it brought."""
