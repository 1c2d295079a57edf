"""Bytes of one page in, an `Article` with the source of each field (or a `Failure` that says why
not) out. CPU only.

    page      kinds -> html | pdf | plain                    the door, and what stands behind it
    html      charset, tree -> head, blocks -> article       one tree, walked once for each question
    choice    features x weights.json (+ second, overlap)    which blocks are the article;
    trafilatura is asked only in doubt
    metadata  head, jsonld, headline, bylines, dates         the first plausible of ranked places
    walls     walls.toml                                     pages that stand in front of an article
    hosts                                                    repositories, gists, papers, videos

Words that tell the parts of a page apart are in words.toml; `python -m bench.learn_extraction`
measures their weights.
"""
