"""Semantic similarity: static sentence vectors (model2vec) from a model that the operator provides.

Without a model this module is not used. A vector is stored as little-endian float32 of length
one, so that the dot product of two vectors is their cosine.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import structs

from crawler.errors import ConfigurationError
from crawler.knowledge.related_articles import MOST
from crawler.models.relations import Relation
from crawler.workspace import Workspace

if TYPE_CHECKING:
    import numpy

LEAST_COSINE = 0.6
REASON = "similar meaning"
_FILES = ("config.json", "model.safetensors", "tokenizer.json")
_BLOCK = 512  # articles compared with all others at a time: 200 MB of cosines at 100,000 articles


def _load_static_model(folder: Path) -> Any:
    """Return the model2vec model in a folder."""
    try:
        from model2vec import StaticModel
    except ImportError:
        raise ConfigurationError(
            "[semantic] model is set, but model2vec is not installed.",
            "Install it: pip install 'hashtrail[semantic]'",
        ) from None
    try:
        return StaticModel.from_pretrained(str(folder), force_download=False)
    except Exception as error:  # the readers of three file formats raise various classes
        raise ConfigurationError(
            f"[semantic] model: cannot read {folder}: {error}",
            "Copy the model again, or leave the setting empty.",
        ) from None


class EmbeddingModel:
    """A model that turns texts into vectors. `name` changes if the files of the model do."""

    def __init__(self, model: Any, name: str) -> None:
        self._model = model
        self.name = name

    @classmethod
    def load(cls, folder: Path) -> EmbeddingModel:
        """Return the model in `folder`; nothing is downloaded.

        Raises ConfigurationError if the extra is not installed or the folder has no valid model.
        """
        missing = [name for name in _FILES if not (folder / name).is_file()]
        if missing:
            raise ConfigurationError(
                f"[semantic] model: {folder} contains no model ({missing[0]} is missing).",
                "Set the folder of a model2vec model, or leave the setting empty.",
            )
        model = _load_static_model(folder)
        sizes = "-".join(str((folder / name).stat().st_size) for name in _FILES)
        return cls(model, f"{folder.name}-{sizes}")

    def vectors(self, texts: Sequence[str]) -> list[bytes]:
        """Return one vector for each of `texts`, in order; zeros for a text without known words."""
        import numpy

        encoded = self._model.encode(list(texts), use_multiprocessing=False)
        vectors = numpy.asarray(encoded, dtype="<f4")
        lengths = numpy.linalg.norm(vectors, axis=1, keepdims=True)
        return [row.tobytes() for row in vectors / numpy.where(lengths == 0, 1, lengths)]


def load_model(workspace: Workspace) -> EmbeddingModel | None:
    """Return the model that the settings of `workspace` name, or None if they name no model.

    Its path is absolute or relative to the workspace.
    """
    folder = workspace.settings.semantic.model
    return EmbeddingModel.load(workspace.root / folder) if folder else None


def cosine_similarity(first: bytes, second: bytes) -> float:
    """Return the cosine of the vectors `first` and `second`, from -1 to 1.

    It is 0 if their lengths differ, as those of different models do.
    """
    import numpy

    if len(first) != len(second):
        return 0.0
    return float(numpy.frombuffer(first, "<f4") @ numpy.frombuffer(second, "<f4"))


def relate_by_meaning(vectors: Mapping[int, bytes]) -> list[Relation]:
    """Return at most MOST relations per article, most similar first.

    `vectors` are those of the articles by id, all of one model. The cosine is at least
    LEAST_COSINE.
    """
    import numpy

    ids = sorted(vectors)
    if not ids:
        return []
    matrix = numpy.frombuffer(b"".join(vectors[article_id] for article_id in ids), "<f4").reshape(
        len(ids), -1
    )
    relations: list[Relation] = []
    for start in range(0, len(ids), _BLOCK):
        for row, cosines in enumerate(matrix[start : start + _BLOCK] @ matrix.T, start):
            relations += _most_similar(ids, row, cosines)
    return relations


def merge_relations(lexical: Iterable[Relation], semantic: Iterable[Relation]) -> list[Relation]:
    """Return both lists as one, at most MOST relations per article.

    The `lexical` relations come before the `semantic` ones. A pair in both lists has both reasons.
    """
    merged: dict[int, dict[int, Relation]] = defaultdict(dict)
    for relation in lexical:
        merged[relation.article_id][relation.other_id] = relation
    for relation in semantic:
        _add_semantic(merged[relation.article_id], relation)
    by_article = (merged[article_id].values() for article_id in sorted(merged))
    return [relation for relations in by_article for relation in relations]


def _add_semantic(relations: dict[int, Relation], relation: Relation) -> None:
    """Add a relation to those of its article, or its reason to the lexical relation of the pair."""
    lexical = relations.get(relation.other_id)
    if lexical:
        reason = f"{lexical.reason}; {relation.reason}"
        relations[relation.other_id] = structs.replace(lexical, reason=reason)
    elif len(relations) < MOST:
        relations[relation.other_id] = relation


def _most_similar(ids: Sequence[int], row: int, cosines: numpy.ndarray[Any, Any]) -> list[Relation]:
    import numpy

    candidates = numpy.flatnonzero(cosines >= LEAST_COSINE).tolist()
    scored = sorted(
        (-round(float(cosines[column]), 4), ids[column]) for column in candidates if column != row
    )
    return [Relation(ids[row], other_id, -score, REASON) for score, other_id in scored[:MOST]]
