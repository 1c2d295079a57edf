"""Conventions of the repository: prose, names, documentation. Each check prints file:line."""

from __future__ import annotations

import pytest


def fail_with(problems: str) -> None:
    """Fail with the lines of `problems` alone, without a traceback, if there are any."""
    if problems:
        pytest.fail(problems, pytrace=False)
