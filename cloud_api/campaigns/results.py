"""What a campaign brought: its coupons, its cost, and what its drivers filled more than in as many days before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from cloud_api.campaigns import repository
from cloud_api.campaigns.repository import ResultRow
from cloud_api.coupons.campaigns import CampaignRow
from cloud_api.coupons.driver_days import day_of
from core.domain.money import half_up


@dataclass(frozen=True, slots=True)
class Result:
    """`baseline` is what the same drivers filled in the days before, brought to as many days as the campaign has run."""

    row: ResultRow
    days: int
    baseline_days: int
    baseline_volume_ml: int
    baseline_amount_fen: int
    margin_li: int

    @property
    def gained_ml(self) -> int:
        """Litres beyond the baseline; may be less than none."""
        return self.row.volume_ml - self.baseline_volume_ml

    @property
    def gained_fen(self) -> int:
        """Turnover beyond the baseline."""
        return self.row.amount_fen - self.baseline_amount_fen

    @property
    def margin_fen(self) -> int:
        """What the gained litres brought, by the margin a litre that the campaign states."""
        return half_up(self.gained_ml * self.margin_li, 10_000)

    @property
    def return_percent(self) -> int | None:
        """What came back of each hundred that it cost, beyond them; None where it cost nothing."""
        if not self.row.cost_fen:
            return None
        return half_up((self.margin_fen - self.row.cost_fen) * 100, self.row.cost_fen)


def result_of(connection: Connection, campaign: CampaignRow, now: datetime) -> Result:
    """The campaign's result as it stands."""
    starts, ends = campaign.claim_from, min(now, campaign.claim_until)
    days = max(1, (ends - starts).days + 1)
    baseline_days = campaign.baseline_days or days
    before = starts - timedelta(days=baseline_days)
    row = repository.result(connection, campaign.id, now, day_of(starts), day_of(ends), day_of(before))
    return Result(
        row,
        days,
        baseline_days,
        half_up(row.volume_before_ml * days, baseline_days),
        half_up(row.amount_before_fen * days, baseline_days),
        campaign.margin_li,
    )
