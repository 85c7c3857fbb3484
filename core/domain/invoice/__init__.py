"""Chinese e-invoices (数电票): whom they name, the lines they consist of, and what of a sale may be invoiced."""
