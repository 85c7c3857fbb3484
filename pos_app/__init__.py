"""The till: cashier counter and attendant touchscreen."""
