"""Whoever opens a room reads in one sentence what lives there."""

import ast

from tests.architecture.the_source import modules, python_files


def test_every_package_has_an_entrance():
    entered = {path.parent for path in python_files() if path.name == "__init__.py"}
    # Alembic loads its scripts by path.
    packages = {
        path.parent for path in python_files() if "migrations" not in path.parts and path.name != "dev.py"
    }
    assert sorted(packages - entered) == []


def test_an_entrance_is_one_sentence_and_nothing_else():
    entrances = [(path, module) for path, module in modules() if path.name == "__init__.py"]
    crowded = [
        str(path) for path, module in entrances if len(module.body) != 1 or not ast.get_docstring(module)
    ]
    assert crowded == [], "give the code a module with a name"


def test_a_module_opens_with_a_sentence():
    silent = [str(path) for path, module in modules() if not _opens_with_a_sentence(module)]
    assert silent == []


def _opens_with_a_sentence(module: ast.Module) -> bool:
    opening = (ast.get_docstring(module) or "").strip().split("\n\n")[0]
    return opening.rstrip().endswith((".", ":", ";"))
