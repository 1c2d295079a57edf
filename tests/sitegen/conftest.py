"""A site built from a few rows, for every test that looks at pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from crawler.settings.site import SiteSettings
from crawler.sitegen.build_site import BuildResult, build_site
from crawler.workspace import bundled_path
from tests.sitegen.factory import Factory

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
Build = Callable[..., BuildResult]


@pytest.fixture
def factory() -> Factory:
    """An empty snapshot."""
    return Factory()


@pytest.fixture
def build(factory: Factory, tmp_path: Path) -> Build:
    """Build the factory's site at `tmp_path/site/public`; settings and `force` by name."""
    return partial(build_in, tmp_path, factory)


def build_in(
    folder: Path, factory: Factory, now: datetime = NOW, force: bool = False, **settings: str
) -> BuildResult:
    """Build the factory's site at `folder/site/public`."""
    database = factory.save(folder / "public.db")
    folders = bundled_path("templates"), bundled_path("site", "assets")
    return build_site(
        database, folder / "site/public", SiteSettings(**settings), now, *folders, force=force
    )


@pytest.fixture
def page(build: Build, tmp_path: Path) -> Callable[[str], str]:
    """The text of one file of the built site."""
    return lambda path: (tmp_path / "site/public" / path).read_text(encoding="utf-8")
