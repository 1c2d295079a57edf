"""Learn the bundled classifier of posts; needs the `[learn]` extra.

    python -m bench.learn_posts [--out FILE]

It reads bench/labelled_posts/ and writes post_classifier.tsv in data/generated/. The first letter
of a file names its group. The files of a group have the same writers or the same instructions. How
far phrases count is learned from the posts of a group that the classifier has not seen. The last
group has sentences with technical words in other senses, which are written for the purpose.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from bench.learn_topics import FOLDER, GENERATED
from bench.quality_topics import ROOT
from crawler.topics.labelled_posts import LabelledPost, read_labelled_posts
from crawler.topics.learned_weights import FILE_NAME, read_weights
from crawler.topics.post_classifier import CLASSIFIER_FILE
from crawler.topics.tagger import Tagger
from crawler.topics.taxonomy import Taxonomy, read_taxonomy
from crawler.topics.train_post_classifier import train_post_classifier
from devtools.generated import as_comments, new_header

POSTS = ROOT / "bench/labelled_posts"
COMMAND = "python -m bench.learn_posts"
INPUTS = (
    "bench/labelled_posts/*.tsv",
    "data/topics/*.toml",
    "data/topics/_*.t*",
    "data/generated/topic_weights.tsv",
)
LIBRARIES = ("ahocorasick_rs", "numpy", "scikit-learn")
_COLUMNS = "# word\tinverse document frequency\ttopic=weight ...\n"


def main() -> None:
    """Learn, write the table, and print its size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=GENERATED / CLASSIFIER_FILE)
    out = parser.parse_args().out
    taxonomy = read_taxonomy(FOLDER)
    *groups, senses = read_groups(POSTS)
    more = [*senses, *_examples(taxonomy)]
    tagger = Tagger(taxonomy, read_weights(GENERATED / FILE_NAME))
    lines = train_post_classifier(groups, more, tagger)
    count = sum(map(len, groups)) + len(more)
    header = as_comments(new_header(COMMAND, INPUTS, count, LIBRARIES, taxonomy.version))
    out.write_text(f"{header}{_COLUMNS}{_joined(lines)}", encoding="utf-8")
    print(f"learned {len(lines):,} words from {count:,} posts: {out.stat().st_size:,} bytes")


def read_groups(folder: Path) -> list[list[LabelledPost]]:
    """Return the labelled posts of the files in `folder`, grouped by the first letter of a name."""
    groups: dict[str, list[LabelledPost]] = defaultdict(list)
    for path in sorted(folder.glob("*.tsv")):
        groups[path.name[0]] += read_labelled_posts(path)
    return list(groups.values())


def _examples(taxonomy: Taxonomy) -> list[LabelledPost]:
    """The examples in the topic files."""
    return [
        LabelledPost("term", (topic.slug,), example)
        for topic in taxonomy.topics.values()
        for example in topic.examples
    ]


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main()
