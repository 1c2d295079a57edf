"""Validation errors state the place and what to write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from crawler.validation_messages import validation_message


@dataclass(frozen=True, slots=True)
class _Step:
    title: str
    year: int | None = None


class _Plan(msgspec.Struct, forbid_unknown_fields=True):
    steps: tuple[_Step, ...]
    is_open: bool = False


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"steps": 3}, "steps: write a list, not a whole number"),
        ({"steps": [{"title": []}]}, "steps[0].title: write a text, not a list"),
        (
            {"steps": [{"title": "a", "year": "2026"}]},
            "steps[0].year: write a whole number, not a text",
        ),
        ({"steps": [{}]}, "steps[0]: `title` is missing"),
        ({"steps": [], "is_open": 1.5}, "is_open: write true or false, not a number"),
        ({"steps": [], "stpes": []}, "`stpes` is unknown"),
        ([], "write an object, not a list"),
    ],
)
def test_message_names_the_place_and_the_form(value: Any, message: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(value, _Plan)
    assert validation_message(caught.value) == message
