"""Learn the weights in data/generated/extraction_weights.json from pages with known article text.

    python -m bench.learn_extraction ARTICLES_DIR

It needs the `[learn]` extra. It prints the cross-validated F1 of each set, then writes the weights
of all pages. ARTICLES_DIR contains truth.jsonl and pages, with whole texts (`text`) or snippets
that must and must not appear.

Each pass is a logistic regression (L2, C = 0.3) in which every page has the same weight. The second
pass learns from out-of-fold results of the first pass.
"""

from __future__ import annotations

import collections
import gzip
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import numpy
from lxml.html import HtmlElement
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bench.quality_extraction import WORD, Score, grams, scored
from crawler.extract import block_context_features, block_features, block_selection
from crawler.extract.article_metadata import title_element_text
from crawler.extract.block_rendering import render_text
from crawler.extract.embedded_metadata import parse_head
from crawler.extract.feature_columns import FeatureColumns, Weights
from crawler.extract.heading_markup import HEADINGS
from crawler.extract.html_article import declared_article_body
from crawler.extract.main_text import drop_title_headings
from crawler.extract.parse_html import parse_html
from crawler.extract.readability import readability_choice
from crawler.extract.text_blocks import Block, split_blocks
from crawler.extract.text_overlap import shares_in_text
from crawler.extract.trafilatura_text import trafilatura_text
from devtools.generated import as_json, new_header

NamedFeatures = dict[str, float]

FOLDS = 5
SEEN_ON = 4
SMALLEST = 0.02
TARGET = block_selection.WEIGHTS_FILE
INPUTS = ("crawler/extract/page_phrases.toml",)
LIBRARIES = ("numpy", "scikit-learn", "trafilatura")


@dataclass(slots=True)
class Example:
    """A page with its blocks, the label of each block, and the feature rows of both passes.

    A label is 1 for article text, 0 for other text, and None if unknown.
    """

    truth: dict[str, Any]
    root: HtmlElement
    blocks: list[Block]
    known: list[float | None]
    shares: dict[str, list[float]]
    first: list[NamedFeatures]
    logits: list[float] = field(default_factory=list)
    final: list[float] = field(default_factory=list)
    second: list[NamedFeatures] = field(default_factory=list)

    @property
    def fold(self) -> int:
        return int(hashlib.sha1(self.truth["name"].encode()).hexdigest(), 16) % FOLDS


def read_example(truth: dict[str, Any], folder: Path) -> Example | None:
    """Return one page of the corpus, or None if it cannot be parsed or compared."""
    try:
        root = parse_html(gzip.decompress((folder / truth["file"]).read_bytes()))
    except ValueError:
        return None
    blocks = split_blocks(root)
    if not blocks:
        return None
    rows = first_pass_rows(blocks, title_element_text(root))
    known = (
        _known_by_text(blocks, truth["text"])
        if truth["kind"] == "full_text"
        else _known_by_snippets(blocks, truth)
    )
    return Example(truth, root, blocks, known, {"readability": readability_choice(blocks)}, rows)


def first_pass_rows(blocks: Sequence[Block], title: str) -> list[NamedFeatures]:
    """Return the feature rows of the first pass for the blocks of a page with a `title`."""
    features = block_features.compute_block_features(blocks, title)
    rows = zip(features.groups, rows_of_columns(features.columns), strict=True)
    return [{**dict.fromkeys(chain(*groups), 1.0), **row} for groups, row in rows]


def rows_of_columns(columns: FeatureColumns) -> list[NamedFeatures]:
    """Return the features of each block, given the `columns` of all blocks."""
    rows = zip(*columns.values(), strict=True)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _known_by_text(blocks: Sequence[Block], text: str) -> list[float | None]:
    """Label each block by its occurrence in the text.

    If a short text occurs more often on the page than in the article, headings get the label first,
    then later blocks.
    """
    gold = collections.Counter(grams(WORD.findall(text)))
    joined, used = f" {' '.join(WORD.findall(text))} ", collections.Counter[str]()
    known: list[float | None] = [None] * len(blocks)
    for block in sorted(
        blocks, key=lambda b: (b.container.tag not in HEADINGS, b.anchors > 0.5, -b.order)
    ):
        if not block.words:
            continue
        own, phrase = grams(block.words), f" {' '.join(block.words)} "
        share = (
            sum(gram in gold for gram in own) / len(own)
            if len(block.words) > 3
            else float(phrase in joined)
        )
        if len(block.words) < 12 and joined.count(phrase) <= used[phrase]:
            share = 0.0
        used[phrase] += 1
        known[block.order] = float(share > 0.5)
    return _without_chance_matches(blocks, known)


def _without_chance_matches(
    blocks: Sequence[Block], known: list[float | None]
) -> list[float | None]:
    long = {block.order for block in blocks if known[block.order] and len(block.words) >= 8}
    lonely = [
        b.order
        for b in blocks
        if known[b.order] and len(b.words) < 8 and not long & set(range(b.order - 4, b.order + 5))
    ]
    return [0.0 if long and order in lonely else value for order, value in enumerate(known)]


def _known_by_snippets(blocks: Sequence[Block], truth: dict[str, Any]) -> list[float | None]:
    wanted, unwanted = (
        [" ".join(s.split()) for s in truth[key]] for key in ("must_include", "must_exclude")
    )

    def found(text: str, snippets: list[str]) -> bool:
        return any(snippet in text or (len(text) > 30 and text in snippet) for snippet in snippets)

    return [
        1.0 if found(block.text, wanted) else 0.0 if found(block.text, unwanted) else None
        for block in blocks
    ]


def fit(
    examples: Sequence[Example], rows_of: Callable[[Example], list[NamedFeatures]]
) -> dict[str, float]:
    """Return the weights of one pass, with its bias under the empty name.

    Features that occur on fewer than `SEEN_ON` pages are left out.
    """
    pages = collections.Counter(
        name
        for e in examples
        for name in {n for row in rows_of(e) for n, value in row.items() if value}
    )
    names = {
        name: column
        for column, name in enumerate(sorted(n for n, count in pages.items() if count >= SEEN_ON))
    }
    rows, known, importance = [], [], []
    for example in examples:
        labelled = [i for i, value in enumerate(example.known) if value is not None]
        rows += [rows_of(example)[i] for i in labelled]
        known += [example.known[i] for i in labelled]
        importance += _importance(example, labelled)
    model = LogisticRegression(C=0.3, max_iter=400).fit(
        _matrix(rows, names), numpy.array(known), sample_weight=numpy.array(importance)
    )
    return {
        "": float(model.intercept_[0]),
        **{name: float(model.coef_[0][column]) for name, column in names.items()},
    }


def _importance(example: Example, labelled: list[int]) -> list[float]:
    """A page weighs 10, spread by the words of its blocks; a snippet weighs 1.6."""
    if example.truth["kind"] != "full_text":
        return [1.6] * len(labelled)
    sizes = [min(len(example.blocks[i].words), 150) + 4 for i in labelled]
    return [10 * size / sum(sizes) for size in sizes]


def _matrix(rows: Sequence[NamedFeatures], names: dict[str, int]) -> csr_matrix:
    cells = [
        (line, names[name], value)
        for line, row in enumerate(rows)
        for name, value in row.items()
        if value and name in names
    ]
    lines, columns, values = zip(*cells, strict=True)
    return csr_matrix((values, (lines, columns)), shape=(len(rows), len(names)))


def second_pass_rows(example: Example, with_trafilatura: bool) -> list[NamedFeatures]:
    """Return the feature rows of the second pass, with or without trafilatura."""
    shares_by_method = {
        name: shares
        for name, shares in example.shares.items()
        if with_trafilatura or name != "trafilatura"
    }
    columns = block_context_features.compute_context_features(
        example.blocks, example.logits, shares_by_method, range(len(example.blocks))
    )
    return rows_of_columns(columns)


def log_odds(rows: Sequence[NamedFeatures], table: Weights) -> list[float]:
    """Return the log-odds of named feature rows."""
    return [
        table[""] + sum(table[name] * value for name, value in row.items() if name in table)
        for row in rows
    ]


def cross_validate(examples: Sequence[Example]) -> None:
    """Compute the results of both passes for every page by weights learned without its fold."""
    for fold in range(FOLDS):
        table = fit([e for e in examples if e.fold != fold], lambda e: e.first)
        for example in (e for e in examples if e.fold == fold):
            example.logits = log_odds(example.first, table)
            example.shares["trafilatura"] = shares_in_text(
                example.blocks,
                trafilatura_text(
                    example.root, block_selection.rejected_elements(example.blocks, example.logits)
                ),
            )
    for with_trafilatura in (False, True):
        for example in examples:
            example.second = second_pass_rows(example, with_trafilatura)
        for fold in range(FOLDS):
            table = fit([e for e in examples if e.fold != fold], lambda e: e.second)
            for example in examples:
                if example.fold == fold and needs_trafilatura(example) is with_trafilatura:
                    example.final = log_odds(example.second, table)


def needs_trafilatura(example: Example) -> bool:
    """Whether the first pass is so uncertain that trafilatura is used."""
    uncertainty = block_selection.uncertainty(example.blocks, example.logits)
    return uncertainty > block_selection.FALLBACK_ABOVE


def learn(examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """Return the three tables from all pages, given the logits of `cross_validate`."""
    tables = {"first look": fit(examples, lambda e: e.first)}
    for with_trafilatura, name in ((False, "second look"), (True, "second look, asked")):
        for example in examples:
            example.second = second_pass_rows(example, with_trafilatura)
        tables[name] = fit(examples, lambda e: e.second)
    return {
        look: {
            name: round(w, 3) for name, w in sorted(table.items()) if not name or abs(w) >= SMALLEST
        }
        for look, table in tables.items()
    }


def extracted_text(example: Example) -> str:
    """Return the text of the page by the result of the second pass."""
    blocks = block_selection.accepted_blocks(
        example.blocks, dict(enumerate(example.final))
    ) or block_selection.fallback_blocks(example.blocks, trafilatura_text(example.root, ()))
    text = render_text(drop_title_headings(blocks, title_element_text(example.root)))
    return declared_article_body(text, parse_head(example.root)) or text


def main(folder: Path) -> None:
    """Measure and print the quality, then write the weights."""
    lines = (json.loads(line) for line in (folder / "truth.jsonl").open(encoding="utf-8"))
    found = (
        read_example(truth, folder) for truth in lines if truth["kind"] in ("full_text", "snippets")
    )
    examples = [example for example in found if example is not None]
    cross_validate(examples)
    for name, score in scored((e.truth, extracted_text(e)) for e in examples):
        print(f"{name:6s} {_shown(score)}")
    header = new_header(
        "python -m bench.learn_extraction", INPUTS, len(examples), LIBRARIES, taxonomy=""
    )
    content = {"generated": as_json(header), **learn(examples)}
    TARGET.write_text(json.dumps(content, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


def _shown(score: Score) -> str:
    rates = f"precision {score.precision:.3f}  recall {score.recall:.3f}  F1 {score.f1:.3f}"
    return f"pages {score.pages:4d}  {rates}"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
