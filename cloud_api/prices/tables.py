"""What each grade costs at each station, and what it will cost."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from cloud_api.metadata import Id, Moment, metadata

prices = Table(
    "prices",
    metadata,
    Column("station_id", Id(), ForeignKey("stations.id"), primary_key=True),
    Column("grade", String(12), primary_key=True),
    Column("price_li", Integer, nullable=False),
)

coming_prices = Table(
    "coming_prices",
    metadata,
    Column("station_id", Id(), ForeignKey("stations.id"), primary_key=True),
    Column("grade", String(12), primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("price_li", Integer, nullable=False),
)

# When the board was last told, so that an older message cannot overwrite a newer one.
price_boards = Table(
    "price_boards",
    metadata,
    Column("station_id", Id(), ForeignKey("stations.id"), primary_key=True),
    Column("told_at", Moment, nullable=False),
)
