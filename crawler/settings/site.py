"""`[site]`: title, contact and URLs that the pages show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from crawler.settings.meaning import meaning
from crawler.settings.url_forms import CONTACT, FOLDER_URL, PAGE_URL

_FEED_AUTHORITY = (
    r"^([A-Za-z0-9]([A-Za-z0-9._-]*@)?[A-Za-z0-9.-]*,\d{4}(-\d\d(-\d\d)?)?(:[A-Za-z0-9._~-]+)?)?$"
)
_CONTENT_SIGNAL = (
    r"^((search|ai-input|ai-train)=(yes|no)(, ?(search|ai-input|ai-train)=(yes|no))*)?$"
)


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """Title, contact and URLs that the pages show."""

    title: Annotated[str, meaning("Name of the site.")] = "Hashtrail"
    tagline: Annotated[str, meaning("Line below the name.")] = (
        "Articles that #DistributedSystems posts link to, by topic and with evidence"
    )
    base_url: Annotated[
        str,
        FOLDER_URL,
        meaning(
            "Public URL of the site, ending in `/`. Empty: links are relative and also work from a "
            "folder."
        ),
    ] = ""
    explorer: Annotated[
        Literal["server", "browser"],
        meaning(
            "`server`: the explorer is `hashtrail explore`, or there is none. `browser`: the site "
            "has a page that runs the named queries and SQL in the visitor's browser, without a "
            "server ([SITE.md](SITE.md#explore-without-a-server))."
        ),
    ] = "server"
    explorer_url: Annotated[
        str,
        FOLDER_URL,
        meaning("Public URL of the explorer. Pages then link to it. Empty: no links."),
    ] = ""
    docs: Annotated[
        bool,
        meaning(
            "Publish this documentation below `docs/`. `about.html`, which every site has, "
            "explains to readers how the site works."
        ),
    ] = False
    contact: Annotated[
        str,
        CONTACT,
        meaning(
            "Web page, mail address or `mailto:` link for corrections and removal requests. Mails "
            "and the form for new issues (`https://…/issues/new`) are filled in."
        ),
    ] = ""
    source_code: Annotated[str, PAGE_URL, meaning("URL of the source code. Empty: no link.")] = ""
    feed_authority: Annotated[
        str,
        Meta(pattern=_FEED_AUTHORITY),
        meaning(
            "Start of the ids of feed entries: a domain or mail address that you own, a comma and "
            "a date on which you owned it, for example `trail.example,2026-11-28`. A colon and a "
            "name may follow ([RFC 4151](https://www.rfc-editor.org/rfc/rfc4151)). A later "
            "change makes readers show every entry as new. `hashtrail init` writes it. Empty: "
            "made from the title at the first build, then stored."
        ),
    ] = ""
    content_signal: Annotated[
        str,
        Meta(pattern=_CONTENT_SIGNAL),
        meaning(
            "Allowed use of the pages by others, in robots.txt: `search`, `ai-input` and "
            "`ai-train`, each `yes` or `no` ([contentsignals.org](https://contentsignals.org)). "
            "Empty: no such line."
        ),
    ] = "search=yes, ai-train=no"
