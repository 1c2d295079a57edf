"""docs/SETTINGS.md is what its generator writes, and every key explains itself."""

from __future__ import annotations

from crawler.settings.setting_keys import setting_keys
from devtools.settings_page import PAGE, settings_page


def test_settings_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page(), "run: make docs"


def test_every_key_has_a_meaning_of_full_sentences() -> None:
    unfinished = [key.dotted for key in setting_keys().values() if not key.meaning.endswith(".")]
    assert unfinished == []


def test_every_number_has_limits() -> None:
    unlimited = [
        key.dotted
        for key in setting_keys().values()
        if isinstance(key.default, int | float) and not key.limits
    ]
    assert unlimited == []


def test_every_number_with_a_unit_in_its_name_states_the_unit() -> None:
    units = {"days": "days", "hours": "hours", "minutes": "minutes", "seconds": "seconds"}
    units |= {"mb": "MB", "gb": "GB"}
    wrong = [
        key.dotted
        for key in setting_keys().values()
        if isinstance(key.default, int | float)
        and units.get(key.name.rpartition("_")[2], key.unit) != key.unit
    ]
    assert wrong == []
