"""Who did what when, and whether anybody changed the books afterwards."""
