"""The cost of every stage that reads foreign data grows in proportion to the size of its input."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import pytest

from tests.promises.hostile_families import FAMILIES, Family
from tests.promises.linear_cost import MOST_GROWTH, STAGES, Growth, measure

# The first attempt is short. A busy machine can spoil it, so a failure is measured again, longer.
ATTEMPTS = ((0.004, 2), (0.02, 3), (0.08, 5))


def _name(family: Family) -> str:
    return f"{family.stage}: {family.name}"


@pytest.mark.parametrize("family", FAMILIES, ids=_name)
def test_cost_at_most_triples_when_the_input_doubles(family: Family) -> None:
    measured: list[Growth] = []
    for least_seconds, repeats in ATTEMPTS:
        measured.append(measure(family, least_seconds, repeats))
        if measured[-1].per_doubling <= MOST_GROWTH:
            return
    pytest.fail(f"{_name(family)} grows {[round(each.per_doubling, 2) for each in measured]}")


def _equal_pairs(text: str) -> int:
    return sum(one == other for one in text for other in text)


QUADRATIC: dict[str, Callable[[str], object]] = {
    "without a limit": _equal_pairs,
    "with a cache": lru_cache(100)(_equal_pairs),
    "with a fixed cost": lambda text: sum(range(200_000)) + _equal_pairs(text),
    "up to a limit": lambda text: _equal_pairs(text) if len(text) < 2_000 else 0,
}


@pytest.mark.parametrize("name", QUADRATIC)
def test_quadratic_stage_is_detected(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.text_cleaning.quadratic", QUADRATIC[name], raising=False)
    monkeypatch.setitem(STAGES, "quadratic", QUADRATIC[name])
    family = Family("letters", "quadratic", lambda n: "a" * (n // 10))
    least_seconds, repeats = ATTEMPTS[1]
    assert measure(family, least_seconds, repeats).per_doubling > MOST_GROWTH


def test_at_least_sixty_families_are_measured() -> None:
    assert len({(family.stage, family.name) for family in FAMILIES}) == len(FAMILIES) >= 60
