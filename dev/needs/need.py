"""What every need can say and do."""

from typing import Protocol

from dev.progress import Step


class Need(Protocol):
    """Something of this machine or this checkout that must be there."""

    @property
    def title(self) -> str:
        """What it is, for the line that a person watches."""

    def is_met(self) -> bool:
        """Whether it is there, whole and fresh; quick, as it is asked at every start."""

    def meet(self, step: Step) -> None:
        """Make it so. Raises CannotGoOn with a sentence for the person where that is not possible."""
