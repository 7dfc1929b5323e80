"""The package as syntax trees, read once."""

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def trees() -> Mapping[str, ast.Module]:
    """Every module of the package by its path below ``edgekit/``."""
    package = ROOT / "edgekit"
    return {
        path.relative_to(package).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(package.rglob("*.py"))
    }
