"""Other makers' devices, written from the protocols' texts alone, with every freedom that these leave."""
