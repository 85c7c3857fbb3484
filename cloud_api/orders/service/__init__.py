"""Rules of quotes and orders, by who asks: the driver, the station, the clock."""
