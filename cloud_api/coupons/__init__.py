"""Coupons: campaigns, issue, claim, hold, redeem, release."""
