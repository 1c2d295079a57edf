"""Settings of `[publish]` that cannot work are refused before anything is read or sent."""

from __future__ import annotations

import re

import pytest

from crawler.errors import ConfigurationError
from tests.publishing.conftest import Publish


@pytest.mark.parametrize(
    ("target", "location", "option", "message"),
    [
        ("", "", "", "[publish] target is empty"),
        ("ftp", "ftp://example.org", "", '"ftp" is not a kind of target'),
        ("folder", "", "", "[publish] location is empty"),
        ("folder", "www", "", "not the absolute path"),
        ("folder", "/srv/www", "branch=x", "'branch=x' is not an option"),
        ("rsync", "example.org:/srv", "port", "'port' is not an option"),
        ("rsync", "example.org:/srv", "port=many", "port: write a whole number"),
        ("rsync", "rsync://me:secret@example.org/www", "", "contains a user name or a password"),
        ("git", "https://example.org/x.git?token=secret", "", "contains a query or a fragment"),
        ("s3", "s3://bucket/www#secret", "", "contains a query or a fragment"),
    ],
)
def test_wrong_setting_is_explained(
    publish: Publish, target: str, location: str, option: str, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(message)) as refused:
        publish(target, location, *filter(None, [option]))
    assert "secret" not in str(refused.value)
    assert refused.value.hint
