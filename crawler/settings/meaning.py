"""The annotation with which a key of the settings states its meaning and its unit."""

from __future__ import annotations

import msgspec


def meaning(text: str, *, unit: str = "", is_secret: bool = False) -> msgspec.Meta:
    """Return the annotation with the meaning of a key, for `Annotated[TYPE, meaning("…")]`.

    `text` is one or two sentences in Markdown; links are relative to docs/. `unit` is the unit of a
    number. The value of a key that `is_secret` is never printed.
    """
    return msgspec.Meta(description=text, extra={"unit": unit, "is_secret": is_secret})
