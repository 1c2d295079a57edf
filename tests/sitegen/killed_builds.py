"""Builds that end in the middle, as if the process were killed."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from crawler.sitegen.site_manifest import SiteManifest

_CALLS = ("link", "mkdir", "rename", "replace", "rmdir", "symlink", "sync", "unlink")


class KilledError(BaseException):
    """The end of a process."""


def kill_at(step: int, patched: pytest.MonkeyPatch) -> list[str]:
    """Raise KilledError instead of call number `step` that changes files, and of later ones.

    Return the list of the calls so far.
    """
    calls: list[str] = []

    def killing(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            calls.append(name)
            if len(calls) > step:
                raise KilledError
            return function(*arguments, **options)

        return call

    for name in _CALLS:
        patched.setattr(os, name, killing(name, getattr(os, name)))
    patched.setattr(SiteManifest, "commit", killing("commit", SiteManifest.commit))
    return calls
