"""The cost of every stage that reads foreign data grows in proportion to the size of its input."""

from __future__ import annotations

import pytest

from tests.promises.hostile_families import FAMILIES, Family
from tests.promises.linear_cost import MOST_GROWTH, Growth, measure

# The first attempt is short. A busy machine can spoil it, so a failure is measured again, longer.
ATTEMPTS = ((0.002, 2), (0.01, 3), (0.03, 5))


def _name(family: Family) -> str:
    return f"{family.stage}: {family.name}"


@pytest.mark.parametrize("family", FAMILIES, ids=_name)
def test_cost_at_most_grows_2_5_times_when_the_input_doubles(family: Family) -> None:
    measured: list[Growth] = []
    for least_seconds, repeats in ATTEMPTS:
        measured.append(measure(family, least_seconds, repeats))
        if measured[-1].per_doubling <= MOST_GROWTH:
            return
    pytest.fail(f"{_name(family)} grows {[round(each.per_doubling, 2) for each in measured]}")


def test_quadratic_stage_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    def pairs(text: str) -> int:
        return sum(one == other for one in text for other in text[:500_000])

    monkeypatch.setitem(measure.__globals__["STAGES"], "quadratic", pairs)
    grown = measure(Family("letters", "quadratic", lambda n: "a" * (n // 10)), 0.002, 1)
    assert grown.per_doubling > MOST_GROWTH


def test_at_least_sixty_families_are_measured() -> None:
    assert len({(family.stage, family.name) for family in FAMILIES}) == len(FAMILIES) >= 60
