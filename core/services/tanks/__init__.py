"""What people do with tanks: measure and dip, take deliveries in, keep the stock book, see to alarms."""
