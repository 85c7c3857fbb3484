"""Charges and refunds: what providers must do, WeChat Pay, Alipay, and the rules around them."""
