"""Learn the bundled classifier of words; needs the `[learn]` extra and the corpora.

    python -m bench.learn_words [--out FILE]

It reads bench/labelled_posts/, bench/labelled_articles/ and the articles of bench/labelled_real/,
and writes word_classifier.tsv in data/generated/. The first letter of a file names its group. The
files of a group have the same writers or the same instructions. The regressions are trained on
groups that the classifier has not seen. The last group of posts uses technical words in an everyday
sense.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar
from zlib import crc32

from bench.learn_topics import GENERATED, TOPIC_FILES
from bench.quality_topics import ROOT
from bench.real_articles import TRAINING_LABELS, RealArticle, document_articles, feed_articles
from crawler.topics.labelled_texts import (
    LabelledArticle,
    LabelledPost,
    Labels,
    read_labelled_articles,
    read_labelled_posts,
)
from crawler.topics.learned_weights import FILE_NAME, read_weights
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import Taxonomy, read_taxonomy
from crawler.topics.train_word_classifier import LabelledTexts, train_word_classifier
from crawler.topics.word_rows import CLASSIFIER_FILE
from devtools.generated import as_comments, new_header

POSTS = ROOT / "bench/labelled_posts"
ARTICLES = ROOT / "bench/labelled_articles"
COMMAND = "python -m bench.learn_words"
INPUTS = (
    "bench/labelled_posts/*.tsv",
    "bench/labelled_articles/*.tsv",
    "bench/labelled_real/*.tsv",
    "data/topics/*.toml",
    "data/topics/_*.t*",
    "data/generated/topic_weights.tsv",
)
LIBRARIES = ("ahocorasick_rs", "numpy", "scikit-learn")
_COLUMNS = "# word\tinverse document frequency\ttopic=weight ...\n"
_REAL_GROUPS = 3
_Text = TypeVar("_Text")


def main() -> None:
    """Learn, write the table, and print its size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=GENERATED / CLASSIFIER_FILE)
    out = parser.parse_args().out
    taxonomy = read_taxonomy(TOPIC_FILES)
    texts = labelled_texts(taxonomy)
    tagger = Tagger(taxonomy, read_weights(GENERATED / FILE_NAME))
    lines = train_word_classifier(texts, tagger)
    header = as_comments(new_header(COMMAND, INPUTS, texts.count(), LIBRARIES, taxonomy.version))
    table = "".join(f"{line}\n" for line in lines)
    out.write_text(f"{header}{_COLUMNS}{table}", encoding="utf-8")
    print(
        f"learned {len(lines):,} lines from {texts.count():,} texts: {out.stat().st_size:,} bytes"
    )


def labelled_texts(taxonomy: Taxonomy) -> LabelledTexts:
    """Return the labelled texts of the repository and of the corpora."""
    *posts, senses = _groups(POSTS, read_labelled_posts)
    written = _groups(ARTICLES, read_labelled_articles)
    real = [
        *feed_articles(TRAINING_LABELS / "feeds.tsv"),
        *document_articles(TRAINING_LABELS / "documents.tsv"),
    ]
    return LabelledTexts(posts, [*senses, *_examples(taxonomy)], written, _by_source(real))


def _by_source(articles: Iterable[RealArticle]) -> list[list[LabelledArticle]]:
    """The articles in groups of different feeds and repositories."""
    groups: list[list[LabelledArticle]] = [[] for _ in range(_REAL_GROUPS)]
    for source, article in articles:
        repository = source.partition(":")[0]
        groups[crc32(repository.encode()) % _REAL_GROUPS].append(article)
    return groups


def _groups(folder: Path, read: Callable[[Path], list[_Text]]) -> list[list[_Text]]:
    """The texts of the files in `folder`, grouped by the first letter of a name."""
    groups: dict[str, list[_Text]] = defaultdict(list)
    for path in sorted(folder.glob("*.tsv")):
        groups[path.name[0]] += read(path)
    return list(groups.values())


def _examples(taxonomy: Taxonomy) -> list[LabelledPost]:
    """The examples in the topic files."""
    return [
        LabelledPost("term", example, Labels((topic.slug,)))
        for topic in taxonomy.topics.values()
        for example in topic.examples
    ]


if __name__ == "__main__":
    main()
