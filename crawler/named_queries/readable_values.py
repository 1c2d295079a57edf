"""Values of results as people read them: times cut to their day, JSON lists as plain lists."""

from __future__ import annotations

import json
import re

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T[\d:.]+(?:Z|[+-]\d\d:\d\d)")


def day_of_time(text: str) -> str:
    """Return the day of a time (ISO 8601), or `text` as it is."""
    time = _TIME.fullmatch(text)
    return time[1] if time else text


def listed_texts(text: str) -> str:
    """Return the texts of a JSON list, separated by commas, or `text` as it is."""
    if not text.startswith("["):
        return text
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return ", ".join(items) if all(isinstance(item, str) for item in items) else text
