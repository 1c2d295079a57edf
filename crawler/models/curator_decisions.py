"""A decision of the curator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

CuratorAction = Literal[
    "ban-author", "ban-host", "hide", "merge", "note", "pin", "split", "tag", "trust", "untag"
]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the curator on `subject`: a URL (of a post if `post`), host, source or author.

    `object`: the topic, the URL of the article merged into, or the text of a note; otherwise empty.
    `where`: its file and entry.
    """

    action: CuratorAction
    subject: str
    object: str
    reason: str
    who: str = "curator"
    post: bool = False
    where: str = field(default="", compare=False)
