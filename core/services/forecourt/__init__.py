"""The pumps: what they show, who may fill, what they delivered, and how the books heal after silence."""
