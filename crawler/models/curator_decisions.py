"""A decision of the curator."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

CuratorAction = Literal[
    "ban-author", "ban-host", "hide", "merge", "note", "pin", "split", "tag", "trust", "untag"
]


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision of the curator on `subject`, a URL (of a post if `post`), host, source or author.
    `other`: the topic, the target of a merge, or a note's text. `where`: its file and entry."""

    action: CuratorAction
    subject: str
    other: str
    reason: str
    who: str = "curator"
    post: bool = False
    where: str = field(default="", compare=False)
