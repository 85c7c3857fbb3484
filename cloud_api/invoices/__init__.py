"""Invoices: who may have one for what, and how the invoice house issues it, takes it back and hands it over."""
