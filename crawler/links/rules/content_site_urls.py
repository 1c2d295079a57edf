"""URL forms of sites that publish articles, files and videos."""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import Rule

_END = r"/?(?:[?#].*)?"
_HASH = r"(?P<id>[0-9a-f]{9,12})"

# name, hosts, pattern, rewrite, example, another URL of the same page, source of the rule
PUBLICATIONS: tuple[Rule, ...] = (
    Rule(
        "acm-communications",
        "cacm.acm.org",
        rf"(?P<page>/[^?#]+)/(?:fulltext|abstract|pdf|comments|purchase){_END}",
        "cacm.acm.org{page}",
        "https://cacm.acm.org/magazines/2013/8/166310-cells/fulltext",
        "https://cacm.acm.org/magazines/2013/8/166310-cells/abstract",
        "views of the Communications of the ACM",
    ),
    Rule(
        "amazon-item",
        "amazon.*",
        rf"/(?:[^/]+/)?(?:dp|gp/product|gp/aw/d|exec/obidos/ASIN"
        rf"|o/ASIN)/(?P<id>[A-Z0-9]{{10}})(?:/.*)?{_END}",
        "{host}/dp/{id}",
        "https://www.amazon.com/Designing/dp/1449373321/ref=sr_1_1?keywords=x",
        "https://www.amazon.com/dp/1449373321",
        "Amazon item addresses",
    ),
    Rule(
        "archive-org-item",
        "archive.org",
        rf"/(?:details|embed|stream|download)/(?P<id>[\w.-]+)(?:/[^?#]*)?{_END}",
        "archive.org/details/{id}",
        "https://archive.org/stream/clocks-1978/clocks_djvu.txt",
        "https://archive.org/details/clocks-1978",
        "views of an item of the Internet Archive",
    ),
    Rule(
        "devto-comments",
        "dev.to",
        rf"/(?P<user>\w+)/(?P<slug>[\w-]+-[0-9a-z]{{3,4}})/(?:comments|edit|stats){_END}",
        "dev.to/{user}/{slug}",
        "https://dev.to/ada/why-clocks-drift-2dhl/comments",
        "https://dev.to/ada/why-clocks-drift-2dhl",
        "Forem routes",
    ),
    Rule(
        "google-docs",
        "docs.google.com",
        rf"/(?P<kind>\w+)/(?:u/\d+/)?d/(?P<id>[\w-]{{20,}})(?:/\w*)?{_END}",
        "docs.google.com/{kind}/d/{id}",
        "https://docs.google.com/document/d/1aBcDeFgHiJkLmNoPqRsTuVw/edit?usp=sharing",
        "https://docs.google.com/document/d/1aBcDeFgHiJkLmNoPqRsTuVw/preview",
        "Google Docs",
    ),
    Rule(
        "google-drive",
        "drive.google.com",
        r"/(?:file/d/|open\?id=|uc\?(?:[^#]*&)?id=)(?P<id>[\w-]{20,}).*",
        "drive.google.com/file/d/{id}",
        "https://drive.google.com/open?id=1aBcDeFgHiJkLmNoPqRsTuVw",
        "https://drive.google.com/file/d/1aBcDeFgHiJkLmNoPqRsTuVw/view",
        "Google Drive",
    ),
    Rule(
        "mdn-language",
        "developer.mozilla.org",
        r"/[a-z]{2}-[A-Z]{2}(?P<rest>/docs/.*)",
        "developer.mozilla.org{rest}",
        "https://developer.mozilla.org/en-US/docs/Web/HTTP",
        "https://developer.mozilla.org/docs/Web/HTTP",
        "MDN adds the reader's language",
    ),
    Rule(
        "medium-host",
        "medium.com *.medium.com scribe.rip *.scribe.rip readmedium.com libmedium.* "
        "freedium.cfd freedium-mirror.cfd medium.rip",
        rf"/(?!tag/|tagged/|topic/|[^?#]*/list/)(?:[^?#]*[/-])?{_HASH}{_END}",
        "medium.com/p/{id}",
        "https://sasha.medium.com/why-mmap-24718e75ab37",
        "https://medium.com/@sasha/why-mmap-24718e75ab37",
        "a Medium post is its id",
    ),
    Rule(
        "microsoft-docs",
        "docs.microsoft.com",
        r"(?P<rest>/.*)",
        "learn.microsoft.com{rest}",
        "https://docs.microsoft.com/azure/saga",
        "https://learn.microsoft.com/azure/saga",
        "Microsoft moved its documentation in 2022",
    ),
    Rule(
        "microsoft-language",
        "learn.microsoft.com docs.microsoft.com devblogs.microsoft.com azure.microsoft.com "
        "microsoft.com",
        r"/[a-z]{2}-[a-z]{2}(?P<rest>/.*)",
        "{host}{rest}",
        "https://learn.microsoft.com/en-us/azure/architecture/patterns/saga",
        "https://learn.microsoft.com/azure/architecture/patterns/saga",
        "Microsoft adds the reader's language",
    ),
    Rule(
        "spotify-language",
        "open.spotify.com",
        r"/(?:intl-\w+|embed|embed-podcast)(?P<rest>/[^?#]*).*",
        "open.spotify.com{rest}",
        "https://open.spotify.com/intl-de/episode/0aB1cD2eF3",
        "https://open.spotify.com/episode/0aB1cD2eF3?si=x",
        "Spotify routes",
    ),
    Rule(
        "substack-app",
        "substack.com",
        r"/(?:home/post|inbox/post|@[\w-]+)/(?:p-)?(?P<id>\d{6,})(?:[?#].*)?",
        "substack.com/home/post/p-{id}",
        "https://substack.com/@ada/p-12345678?utm_source=x",
        "https://substack.com/home/post/p-12345678",
        "Substack's reader selects posts by number",
    ),
    Rule(
        "substack-comments",
        "*",
        rf"(?P<post>/p/[\w-]+)/comments?{_END}",
        "{host}{post}",
        "https://ada.substack.com/p/clocks/comments",
        "https://ada.substack.com/p/clocks",
        "Substack routes",
    ),
    Rule(
        "substack-open",
        "open.substack.com",
        r"/pub/(?P<name>[\w-]+)/(?P<rest>[^?#]*).*",
        "{name!l}.substack.com/{rest}",
        "https://open.substack.com/pub/ada/p/clocks?r=1abc",
        "https://ada.substack.com/p/clocks",
        "Substack's app links",
    ),
    Rule(
        "substack-post-own-host",
        "*",
        r"(?P<post>/p/[\w-]+)\?(?:(?:r=[0-9a-z]{3,8}|s=[rw]|token=ey[^&#]*|(?:open"
        r"|action)=(?:true|false|share)|(?:triedRedirect|publication_id|post_id|isFreemail"
        r"|showWelcomeOnShare|justPublished|selection|triedSigningIn|nthPub|hide_intro_popup"
        r"|just_signed_up|email_referrer|lli|autoPlay|showWelcome)=[^&#]*)(?:&|(?=#|$)))+(?:#.*)?",
        "{host}{post}",
        "https://letters.example.org/p/clocks?r=1abc&triedRedirect=true",
        "https://letters.example.org/p/clocks",
        "Substack on its authors' hosts",
    ),
    Rule(
        "youtube-path",
        "youtube.com *.youtube.com youtube-nocookie.com",
        r"/(?:embed|v|e|shorts|live|vi)/(?P<id>[\w-]{11})(?:/.*)?(?:[?&#].*)?",
        "youtube.com/watch?v={id}",
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=3",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "YouTube routes",
    ),
    Rule(
        "youtube-short",
        "youtu.be y2u.be",
        r"/(?P<id>[\w-]{11})(?:[/?&#].*)?",
        "youtube.com/watch?v={id}",
        "https://youtu.be/dQw4w9WgXcQ?si=xyz&t=42",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "YouTube's short links",
    ),
    Rule(
        "youtube-watch",
        "youtube.com *.youtube.com yewtu.be piped.video invidious.* inv.nadeko.net",
        r"/watch/?\?(?:[^#]*&)?v=(?P<id>[\w-]{11})(?:[&#].*)?",
        "youtube.com/watch?v={id}",
        "https://music.youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&t=42s",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "a video is its id, wherever it starts",
    ),
)
