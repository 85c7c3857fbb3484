"""Money for bills: taken in every way, asked after while it is unclear, taken back."""
