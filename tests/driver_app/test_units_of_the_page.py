"""The driver app's own unit tests pass; they are written in TypeScript and run by Vitest."""

import os
import subprocess

from dev.needs.node import environment_with_node, npm
from dev.places import DRIVER_APP


def test_the_units_of_the_drivers_page_pass():
    asked = subprocess.run(
        [npm(), "test", "--silent"],
        cwd=DRIVER_APP,
        env={**os.environ, **environment_with_node(), "CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stdout + asked.stderr
