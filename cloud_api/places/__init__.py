"""Where things are: search, addresses and the way to a station, by Tencent's location service or without any network."""
