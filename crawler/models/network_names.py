"""Names of networks as their users write them."""

from __future__ import annotations

NETWORKS = {
    "bluesky": "Bluesky",
    "devto": "DEV",
    "feed": "feed",
    "github": "GitHub",
    "hackernews": "Hacker News",
    "lemmy": "Lemmy",
    "linkedin": "LinkedIn",
    "lobsters": "Lobsters",
    "mastodon": "Mastodon",
    "misskey": "Misskey",
    "paste": "pasted post",
    "reddit": "Reddit",
    "stackexchange": "Stack Exchange",
    "threads": "Threads",
    "x": "X",
    "youtube": "YouTube",
}


def network_label(name: str) -> str:
    """Return the name of a network as its users write it, or `name` if unknown."""
    return NETWORKS.get(name, name)
