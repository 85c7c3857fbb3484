"""Whoever opens a room reads in one sentence what lives there."""

import ast

import pytest

from dev.places import PROJECT
from tests.architecture.the_source import python_files

PACKAGES = sorted({path.parent for path in python_files() if "versions" not in path.parts})


@pytest.mark.parametrize("package", PACKAGES, ids=str)
def test_a_package_is_one_sentence_and_nothing_else(package):
    described = PROJECT / package / "__init__.py"
    if package.name == "migrations" and not described.exists():
        pytest.skip("Alembic loads its scripts by path")
    module = ast.parse(described.read_text(encoding="utf-8"))
    assert ast.get_docstring(module), f"{package}/__init__.py says nothing of what lives there"
    assert len(module.body) == 1, f"{package}/__init__.py holds code; give it a module with a name"


@pytest.mark.parametrize("path", python_files(), ids=str)
def test_a_module_opens_with_a_sentence(path):
    module = ast.parse((PROJECT / path).read_text(encoding="utf-8"))
    sentence = (ast.get_docstring(module) or "").strip()
    assert sentence, f"{path} does not say what lives there"
    assert sentence.split("\n\n")[0].rstrip().endswith((".", ":", ";")), (
        f"{path}: {sentence!r} is no sentence"
    )
