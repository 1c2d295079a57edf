"""`[semantic]`: optional sentence vectors for related articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from crawler.settings.meaning import meaning


@dataclass(frozen=True, slots=True)
class SemanticSettings:
    """Optional sentence vectors for related articles."""

    model: Annotated[
        str,
        meaning(
            "Folder of a model2vec model, to relate articles by meaning (`pip install "
            "'hashtrail[semantic]'`). Empty: disabled."
        ),
    ] = ""
