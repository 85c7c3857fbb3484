"""Abuse: who asks from where and how often, what that looks like, and what people say and decide about it."""
