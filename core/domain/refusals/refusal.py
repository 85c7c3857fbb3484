"""Refusal: the rules say no.

`code` is the class's name in snake_case: the cloud's error code and the key of the sentence.
"""

import re
from dataclasses import fields


class Refusal(Exception):
    """The rules say no. Nothing was changed."""

    @property
    def code(self) -> str:
        """The refusal's name in snake_case."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", type(self).__name__).lower()

    @property
    def facts(self) -> dict[str, object]:
        """The refusal's data by name, for the sentence and for JSON."""
        return {f.name: getattr(self, f.name) for f in fields(self)}  # type: ignore[arg-type]  # every one is a dataclass

    def __str__(self) -> str:
        return f"{self.code} {self.facts}"
