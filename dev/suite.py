"""How pytest is asked to run the tests: all of them beside each other, or the few that somebody names, plainly."""

import os

# Each process may take up to a gigabyte; more of them would wait for the disk and for PostgreSQL.
_MOST_BESIDE_EACH_OTHER = 4


def arguments_for_pytest(words: list[str]) -> list[str]:
    """Everything after `dev.py test`; ``--long`` is ours and adds the slow tests.

    Whoever names files, tests or a way of running them (`-k coupon`, `-n 1`, `--pdb`, `-s`) is given pytest as it is.
    """
    every_length = ["-m", "long or not long"] if "--long" in words else []
    words = [word for word in words if word != "--long"]
    return [*every_length, *([] if _looks_closely(words) else _beside_each_other()), *words]


def _looks_closely(words: list[str]) -> bool:
    return any(
        not word.startswith("-") or word.startswith(("-n", "-s", "--pdb", "--trace")) for word in words
    )


def _beside_each_other() -> list[str]:
    processes = min(os.cpu_count() or 1, _MOST_BESIDE_EACH_OTHER)
    # A file's tests share what was built for them, so a file stays together; tests/conftest.py puts the longest first.
    return ["-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder"] if processes > 1 else []
