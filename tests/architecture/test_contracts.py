"""The import contracts of pyproject.toml hold."""

import subprocess

from dev.places import PROJECT, VENV_PROGRAMS


def test_every_import_contract_is_kept():
    asked = subprocess.run(
        [VENV_PROGRAMS / "lint-imports", "--no-logo"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stdout + asked.stderr
