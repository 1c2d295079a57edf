"""Validation errors of msgspec in the words of a person who edits a file. No I/O."""

from __future__ import annotations

import re

import msgspec

# The names of types in messages, and what to write. Sorted; add a line.
_TYPES = {
    "array": "a list",
    "bool": "true or false",
    "float": "a number",
    "int": "a whole number",
    "null": "nothing",
    "object": "an object",
    "str": "a text",
}
_PLACE = re.compile(r" - at `(?:key in )?\$\.?(?P<path>[^`]*)`\Z")
_WRONG_TYPE = re.compile(r"Expected `(?P<expected>[^`]+)`, got `(?P<given>[^`]+)`\Z")
_MISSING = re.compile(r"Object missing required field `(?P<name>[^`]+)`\Z")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>[^`]+)`\Z")


def validation_message(error: msgspec.ValidationError) -> str:
    """Return the place and the cause of `error`, as `label: write a text, not a whole number`.

    The message has no period. A path such as `picks[0].year` names a value in a table.
    """
    text = str(error)
    place = _PLACE.search(text)
    problem = _problem(text[: place.start()] if place else text)
    path = place["path"].replace("[...]", "") if place else ""
    return f"{path}: {problem}" if path else problem


def _problem(text: str) -> str:
    if wrong := _WRONG_TYPE.match(text):
        return f"write {_type(wrong['expected'])}, not {_type(wrong['given'])}"
    if missing := _MISSING.match(text):
        return f"`{missing['name']}` is missing"
    if unknown := _UNKNOWN.match(text):
        return f"`{unknown['name']}` is unknown"
    return text[:1].lower() + text[1:]


def _type(name: str) -> str:
    """Return the alternatives, as `a text or a list`; null only if it is the only one."""
    names = name.split(" | ")
    alternatives = [written for written in names if written != "null"] or names
    return " or ".join(_TYPES.get(written, written) for written in alternatives)
