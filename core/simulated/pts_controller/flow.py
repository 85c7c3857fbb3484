"""How fast fuel runs through the valve, and so how much has run after a while."""

# A common forecourt dispenser: 40 litres a minute, a gentler start, and a two-stage valve that closes in before the dose.
START_ML_A_MINUTE = 35_000
FULL_ML_A_MINUTE = 40_000
NEAR_DOSE_ML_A_MINUTE = 15_000
LAST_DROPS_ML_A_MINUTE = 6_000

START_UL = 500_000
NEAR_DOSE_UL = 700_000
LAST_DROPS_UL = 150_000

STEP_MS = 50


def rate_ml_a_minute(run_ul: int, left_ul: int) -> int:
    """The flow when so much has run and so much is left until the valve shuts."""
    if left_ul <= 0:
        return 0
    if left_ul <= LAST_DROPS_UL:
        return LAST_DROPS_ML_A_MINUTE
    if left_ul <= NEAR_DOSE_UL:
        return NEAR_DOSE_ML_A_MINUTE
    if run_ul < START_UL:
        return START_ML_A_MINUTE
    return FULL_ML_A_MINUTE


def step(run_ul: int, stop_ul: int, milliseconds: int) -> tuple[int, int]:
    """What has run after one short step, never past stop_ul, and the flow of that step in millilitres a minute."""
    rate = rate_ml_a_minute(run_ul, stop_ul - run_ul)
    return min(stop_ul, run_ul + rate * milliseconds // 60), rate
