"""Nearness in meaning: static sentence vectors (model2vec) from a model that the operator gives;
nothing of it runs without one.

A vector is stored as little-endian float32 of length one, so that the dot product of two is their
cosine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.errors import ConfigurationError
from crawler.knowledge.related_articles import MOST
from crawler.models.relations import Relation
from crawler.workspace import Workspace

if TYPE_CHECKING:
    import numpy

LEAST_COSINE = 0.6
REASON = "says similar things"
_FILES = ("config.json", "model.safetensors", "tokenizer.json")
_BLOCK = 512  # articles compared with all others at a time: 200 MB of cosines at 100,000 articles


class EmbeddingModel:
    """A model that turns texts into vectors. `name` changes when its bytes do."""

    def __init__(self, model: Any, name: str) -> None:
        self._model = model
        self.name = name

    @classmethod
    def load(cls, folder: Path) -> EmbeddingModel:
        """The model in a folder; nothing is downloaded.

        Raises ConfigurationError when the extra is missing or the folder holds no model.
        """
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise ConfigurationError(
                f"[semantic] model: {folder} holds no model ({missing[0]} is missing).",
                "Name the folder of a model2vec model, or none.",
            )
        try:
            from model2vec import StaticModel
        except ImportError:
            raise ConfigurationError(
                "[semantic] model is set, but model2vec is not installed.",
                "Add it with: pip install 'hashtrail[semantic]'",
            ) from None
        try:
            model = StaticModel.from_pretrained(str(folder), force_download=False)
        except (
            Exception
        ) as error:  # whatever the readers of three file formats raise for a damaged file
            raise ConfigurationError(
                f"[semantic] model: {folder} cannot be read: {error}",
                "Copy the model again, or leave the setting empty.",
            ) from None
        sizes = "-".join(str((folder / name).stat().st_size) for name in _FILES)
        return cls(model, f"{folder.name}-{sizes}")

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        """One vector a text, in order; a text without a known word has a vector of zeros, near to
        nothing.
        """
        import numpy

        found = numpy.asarray(
            self._model.encode(list(texts), use_multiprocessing=False), dtype="<f4"
        )
        lengths = numpy.linalg.norm(found, axis=1, keepdims=True)
        return [row.tobytes() for row in found / numpy.where(lengths == 0, 1, lengths)]


def load_model(workspace: Workspace) -> EmbeddingModel | None:
    """The model that the settings name, by a path from the workspace or an absolute one; None when
    they name none.
    """
    named = workspace.settings.semantic.model
    return EmbeddingModel.load(workspace.root / named) if named else None


def cosine_similarity(one: bytes, other: bytes) -> float:
    """The cosine of two vectors, from -1 to 1; 0 when they come from different models."""
    import numpy

    return (
        float(numpy.frombuffer(one, "<f4") @ numpy.frombuffer(other, "<f4"))
        if len(one) == len(other)
        else 0.0
    )


def relate_by_meaning(vectors: Mapping[int, bytes]) -> list[Relation]:
    """At most MOST relations an article, nearest first, with a cosine of at least LEAST_COSINE.

    All vectors are of one model.
    """
    import numpy

    ids = sorted(vectors)
    if not ids:
        return []
    matrix = numpy.frombuffer(b"".join(vectors[each] for each in ids), "<f4").reshape(len(ids), -1)
    relations: list[Relation] = []
    for start in range(0, len(ids), _BLOCK):
        for row, cosines in enumerate(matrix[start : start + _BLOCK] @ matrix.T, start):
            relations += _nearest(ids, row, cosines)
    return relations


def merge_relations(lexical: Iterable[Relation], semantic: Iterable[Relation]) -> list[Relation]:
    """Both as one, at most MOST an article: what shares topics, names or words comes first; what is
    found both ways says so.
    """
    found: dict[int, dict[int, Relation]] = defaultdict(dict)
    for each in lexical:
        found[each.article_id][each.other_id] = each
    for each in semantic:
        known = found[each.article_id].get(each.other_id)
        if known:
            found[each.article_id][each.other_id] = Relation(
                known.article_id, known.other_id, known.score, f"{known.reason}; {each.reason}"
            )
        elif len(found[each.article_id]) < MOST:
            found[each.article_id][each.other_id] = each
    return [relation for article in sorted(found) for relation in found[article].values()]


def _nearest(ids: Sequence[int], row: int, cosines: numpy.ndarray[Any, Any]) -> list[Relation]:
    import numpy

    candidates = numpy.flatnonzero(cosines >= LEAST_COSINE).tolist()
    ordered = sorted(
        (-round(float(cosines[other]), 4), ids[other]) for other in candidates if other != row
    )
    return [Relation(ids[row], other, -score, REASON) for score, other in ordered[:MOST]]
