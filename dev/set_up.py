"""Meets what a command needs, in order; where all is there it costs a glance."""

from collections.abc import Sequence

from dev.needs.need import Need
from dev.one_at_a_time import one_at_a_time
from dev.progress import step
from dev.telling import tell


def set_up(needs: Sequence[Need]) -> None:
    """Raises CannotGoOn with a sentence for the person where a need cannot be met."""
    if all(need.is_met() for need in needs):
        return
    with one_at_a_time():
        for number, need in enumerate(needs, start=1):
            if need.is_met():
                continue
            with step(number, len(needs), need.title) as shown:
                need.meet(shown)
    tell("Set up; the next time this is skipped.", "准备完成,下次将跳过这些步骤。")
