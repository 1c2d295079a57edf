"""Why a URL belongs to an article, in words for readers. Pure functions."""

from __future__ import annotations

# By the name of the reason or of the rule. One line adds a reason.
_REASONS = {
    "as-posted": "URL in a post",
    "canonical": "the page names this URL as its canonical URL",
    "curator": "merged by the curator",
    "redirect": "redirects here",
    "rule:amp-host": "mobile version (AMP) of the page",
    "rule:archive-latest": "copy in a web archive",
    "rule:arxiv": "the same paper on arXiv",
    "rule:default-page": "the same page with the name of its file",
    "rule:discourse": "the same topic of the forum",
    "rule:fragment": "a section of the page",
    "rule:html-suffix": "the same page with another file ending",
    "rule:medium-custom-host": "the same Medium article on another host",
    "rule:medium-host": "the same Medium article on another host",
    "rule:query": "the same page with other parameters",
    "rule:scheme": "the same page over http or https",
    "rule:www": "the same page with or without www",
    "rule:youtube-path": "the same video",
    "rule:youtube-short": "the same video",
    "rule:youtube-watch": "the same video",
    "text-match": "has the same text",
}
_PREFIXES = (
    ("rule:bitbucket", "the same page on Bitbucket"),
    ("rule:codeberg", "the same page on Codeberg"),
    ("rule:gist", "the same page on GitHub"),
    ("rule:github", "the same page on GitHub"),
    ("rule:gitlab", "the same page on GitLab"),
    ("rule:microsoft", "the same page of Microsoft's documentation"),
    ("rule:tracking", "the same page with tracking parameters"),
    ("rule:usenix", "the same paper at USENIX"),
    ("rule:", "another URL of the same page"),
)


def url_reason_label(name: str) -> str:
    """Return in words why a URL belongs to an article, from the `name` of the reason."""
    if name in _REASONS:
        return _REASONS[name]
    return next((label for prefix, label in _PREFIXES if name.startswith(prefix)), name)
