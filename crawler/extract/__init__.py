"""Extraction of one page: its bytes in, an `Article` or a `Failure` out. CPU only, no I/O.

An article has the source of each of its fields.

    extract_page        media type -> HTML, PDF, plain text or oEmbed
    html_article        parse once -> head metadata, text blocks -> article
    block_selection     classifier in two passes (extraction_weights.json); trafilatura if unsure
    article_metadata    the first plausible value of ranked sources: head, JSON-LD, headline, byline
    non_article_pages   challenges, consent and login walls, soft 404s, parked domains
    host_extractors     repositories, gists, papers and videos

The phrases that these modules search for are in the TOML files of this package.
`python -m bench.learn_extraction` learns the weights.
"""
