"""Sites that show one thing under several addresses: video, code, posts, questions, encyclopaedias."""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import Rule

_END = r"/?(?:[?#].*)?"
_REPOSITORY = r"/(?P<owner>[\w.-]+)/(?P<repo>[\w.-]+?)(?:\.git)?"
_MAIN = r"(?:refs/heads/)?(?:main|master|HEAD|trunk|default)"
_README = r"(?i:readme)(?:\.\w+){0,2}"
_HASH = r"(?P<id>[0-9a-f]{9,12})"
_STATUS = r"/(?:i/web|i|[\w]+)/status(?:es)?/(?P<id>\d+)(?:/.*)?" + _END
_REDDIT = "reddit.com *.reddit.com redlib.* libreddit.* teddit.* safereddit.com rxddit.com vxreddit.com"
_STACK = "stackoverflow.com *.stackoverflow.com *.stackexchange.com serverfault.com superuser.com askubuntu.com mathoverflow.net stackapps.com"

SITES: tuple[Rule, ...] = (
    Rule(
        "amazon-item", "amazon.*", rf"/(?:[^/]+/)?(?:dp|gp/product|gp/aw/d|exec/obidos/ASIN|o/ASIN)/(?P<id>[A-Z0-9]{{10}})(?:/.*)?{_END}",
        "{host}/dp/{id}", "https://www.amazon.com/Designing/dp/1449373321/ref=sr_1_1?keywords=x", "https://www.amazon.com/dp/1449373321",
        "Amazon item addresses",
    ),
    Rule(
        "bluesky-mirror", "bskyx.app fxbsky.app vxbsky.app bskye.app cbsky.app bsyy.app main.bsky.dev deer.social", r"(?P<rest>/profile/[^?#]+).*",
        "bsky.app{rest}", "https://fxbsky.app/profile/a.example/post/3kabc", "https://bsky.app/profile/a.example/post/3kabc", "previews of Bluesky",
    ),
    Rule(
        "codeberg-default", "codeberg.org gitea.com", rf"{_REPOSITORY}/src/branch/{_MAIN}(?:/{_README})?{_END}", "{host}/{owner!l}/{repo!l}",
        "https://codeberg.org/a/b/src/branch/main/README.md", "https://codeberg.org/a/b", "Forgejo routes",
    ),
    Rule(
        "devto-comments", "dev.to", rf"/(?P<user>\w+)/(?P<slug>[\w-]+-[0-9a-z]{{3,4}})/(?:comments|edit|stats){_END}", "dev.to/{user}/{slug}",
        "https://dev.to/ada/why-clocks-drift-2dhl/comments", "https://dev.to/ada/why-clocks-drift-2dhl", "Forem routes",
    ),
    Rule(
        "gist", "gist.github.com gist.githubusercontent.com",
        rf"/(?:[\w-]+/)?(?P<id>[0-9a-f]{{20,32}}|\d{{5,8}})(?:\.git|\.js|\.json)?(?:/.*)?{_END}", "gist.github.com/{id}",
        "https://gist.github.com/ada/0123456789abcdef0123456789abcdef/89abcdef0123456789abcdef0123456789abcdef",
        "https://gist.github.com/0123456789abcdef0123456789abcdef", "GitHub gists",
    ),
    Rule(
        "github-blob", "github.com", rf"{_REPOSITORY}/(?:blob|raw|blame|edit)/{_MAIN}/(?P<path>[^?#]+?){_END}",
        "github.com/{owner!l}/{repo!l}/blob/HEAD/{path}", "https://github.com/A/b/blame/main/docs/x.md?plain=1",
        "https://github.com/a/b/blob/master/docs/x.md", "GitHub routes",
    ),
    Rule(
        "github-blob-at", "github.com", rf"{_REPOSITORY}/(?:raw|blame|edit|blob)/(?P<ref>[^/?#]+)/(?P<path>[^?#]+?){_END}",
        "github.com/{owner!l}/{repo!l}/blob/{ref}/{path}", "https://github.com/a/b/raw/v1.2/x.md", "https://github.com/a/b/blob/v1.2/x.md",
        "GitHub routes",
    ),
    Rule(
        "github-folder-readme", "github.com", rf"{_REPOSITORY}/blob/HEAD/(?P<path>[^?#]+)/{_README}{_END}",
        "github.com/{owner!l}/{repo!l}/tree/HEAD/{path}", "https://github.com/a/b/blob/main/docs/README.md", "https://github.com/a/b/tree/main/docs",
        "GitHub shows a folder's README",
    ),
    Rule(
        "github-mirror", "github.dev github1s.com gitingest.com api.github.com",
        r"(?:/repos)?(?P<rest>/[\w.-]+/[\w.-]+(?:/(?:tree|blob|issues|pull)/[^?#]*)?)/?(?:[?#].*)?", "github.com{rest}", "https://github1s.com/a/b",
        "https://github.com/a/b", "viewers of GitHub",
    ),
    Rule(
        "github-names", "github.com",
        r"/(?P<owner>\w[\w.-]*)/(?P<repo>[\w.-]+)/(?P<rest>(?:issues|pull|discussions|releases|commit|wiki|tree|actions|projects|security"
        r"|packages|tags)\b.*)",
        "github.com/{owner!l}/{repo!l}/{rest}", "https://github.com/Ada/Clock/issues/1", "https://github.com/ada/clock/issues/1",
        "GitHub names have no case",
    ),
    Rule(
        "github-pull", "github.com", rf"{_REPOSITORY}/pull/(?P<id>\d+)/(?:files|commits|checks|conflicts)(?:/.*)?{_END}",
        "github.com/{owner!l}/{repo!l}/pull/{id}", "https://github.com/a/b/pull/1/files", "https://github.com/a/b/pull/1", "GitHub routes",
    ),
    Rule(
        "github-raw", "raw.githubusercontent.com raw.github.com",
        rf"{_REPOSITORY}/(?:refs/(?:heads|tags)/)?(?P<ref>[^/?#]+)/(?P<path>[^?#]+?){_END}", "github.com/{owner!l}/{repo!l}/blob/{ref}/{path}",
        "https://raw.githubusercontent.com/a/b/refs/heads/main/docs/x.md", "https://github.com/a/b/blob/main/docs/x.md", "GitHub routes",
    ),
    Rule(
        "github-root", "github.com",
        rf"/(?!orgs/|settings/|topics/|features/|sponsors/|users/|apps/|marketplace/|search/|stars/|about/|collections/|enterprise/|security/){_REPOSITORY[1:]}"
        rf"(?:/(?:tree|blob)/{_MAIN}(?:/{_README})?|/blob/{_MAIN}/{_README})?/?(?:\?tab=readme-ov-file)?(?:#.*)?",
        "github.com/{owner!l}/{repo!l}", "https://github.com/sqlRush/pgrac/tree/main?tab=readme-ov-file#use", "https://github.com/sqlrush/pgrac",
        "GitHub routes; names have no case",
    ),
    Rule(
        "github-tree", "github.com", rf"{_REPOSITORY}/tree/{_MAIN}/(?P<path>[^?#]+?){_END}", "github.com/{owner!l}/{repo!l}/tree/HEAD/{path}",
        "https://github.com/a/b/tree/master/docs/", "https://github.com/a/b/tree/main/docs", "GitHub routes",
    ),
    Rule(
        "gitlab-default", "gitlab.com *.gitlab.com gitlab.*",
        rf"(?P<path>(?:/[\w.-]+){{2,5}}?)(?:\.git)?/(?:-/)?(?:tree|blob)/{_MAIN}(?:/{_README})?{_END}", "{host}{path}",
        "https://gitlab.com/a/b/-/blob/main/README.md", "https://gitlab.com/a/b", "GitLab routes",
    ),
    Rule(
        "google-docs", "docs.google.com", rf"/(?P<kind>\w+)/(?:u/\d+/)?d/(?P<id>[\w-]{{20,}})(?:/\w*)?{_END}", "docs.google.com/{kind}/d/{id}",
        "https://docs.google.com/document/d/1aBcDeFgHiJkLmNoPqRsTuVw/edit?usp=sharing",
        "https://docs.google.com/document/d/1aBcDeFgHiJkLmNoPqRsTuVw/preview", "Google Docs",
    ),
    Rule(
        "google-drive", "drive.google.com", r"/(?:file/d/|open\?id=|uc\?(?:[^#]*&)?id=)(?P<id>[\w-]{20,}).*", "drive.google.com/file/d/{id}",
        "https://drive.google.com/open?id=1aBcDeFgHiJkLmNoPqRsTuVw", "https://drive.google.com/file/d/1aBcDeFgHiJkLmNoPqRsTuVw/view", "Google Drive",
    ),
    Rule(
        "hackernews", "news.ycombinator.com hn.algolia.com", r"/item\?(?:[^#]*&)?id=(?P<id>\d+).*", "news.ycombinator.com/item?id={id}",
        "https://news.ycombinator.com/item?id=1&p=2", "https://news.ycombinator.com/item?id=1", "Hacker News",
    ),
    Rule(
        "hackernews-algolia", "hn.algolia.com", r"/api/v1/items/(?P<id>\d+).*", "news.ycombinator.com/item?id={id}",
        "https://hn.algolia.com/api/v1/items/1", "https://news.ycombinator.com/item?id=1", "Hacker News search",
    ),
    Rule(
        "linkedin-activity", "linkedin.com *.linkedin.com",
        r"/(?:posts/[^?#]*?activity-|feed/update/(?:urn:li:)?activity:|embed/feed/update/urn:li:activity:)(?P<id>\d{15,20}).*",
        "linkedin.com/feed/update/urn:li:activity:{id}",
        "https://www.linkedin.com/posts/ada_clocks-activity-7123456789012345678-AbCd?utm_source=share",
        "https://www.linkedin.com/feed/update/urn:li:activity:7123456789012345678/", "LinkedIn routes",
    ),
    Rule(
        "linkedin-country", "*.linkedin.com", r"(?P<rest>/(?:pulse|in|company|posts|learning|newsletters|jobs|article)/.*)", "linkedin.com{rest}",
        "https://uk.linkedin.com/pulse/clocks-ada", "https://www.linkedin.com/pulse/clocks-ada", "LinkedIn's country hosts",
    ),
    Rule(
        "lobsters", "lobste.rs", rf"/s/(?P<id>\w{{6}})(?:/[^?#]*)?{_END}", "lobste.rs/s/{id}", "https://lobste.rs/s/abc123/why_clocks_drift",
        "https://lobste.rs/s/abc123", "Lobsters routes",
    ),
    Rule(
        "mdn-language", "developer.mozilla.org", r"/[a-z]{2}-[A-Z]{2}(?P<rest>/docs/.*)", "developer.mozilla.org{rest}",
        "https://developer.mozilla.org/en-US/docs/Web/HTTP", "https://developer.mozilla.org/docs/Web/HTTP", "MDN adds the reader's language",
    ),
    Rule(
        "medium-host", "medium.com *.medium.com scribe.rip *.scribe.rip readmedium.com libmedium.* freedium.cfd freedium-mirror.cfd medium.rip",
        rf"/(?!tag/|tagged/|topic/|[^?#]*/list/)(?:[^?#]*[/-])?{_HASH}{_END}", "medium.com/p/{id}", "https://sasha.medium.com/why-mmap-24718e75ab37",
        "https://medium.com/@sasha/why-mmap-24718e75ab37", "a Medium post is its id",
    ),
    Rule(
        "microsoft-docs", "docs.microsoft.com", r"(?P<rest>/.*)", "learn.microsoft.com{rest}", "https://docs.microsoft.com/azure/saga",
        "https://learn.microsoft.com/azure/saga", "Microsoft moved its documentation in 2022",
    ),
    Rule(
        "microsoft-language", "learn.microsoft.com docs.microsoft.com devblogs.microsoft.com azure.microsoft.com microsoft.com",
        r"/[a-z]{2}-[a-z]{2}(?P<rest>/.*)", "{host}{rest}", "https://learn.microsoft.com/en-us/azure/architecture/patterns/saga",
        "https://learn.microsoft.com/azure/architecture/patterns/saga", "Microsoft adds the reader's language",
    ),
    Rule(
        "reddit", _REDDIT, rf"/(?:(?:r|u|user)/[\w-]+/)?(?:comments|gallery|tb)/(?P<id>[0-9a-z]{{4,9}})(?:/[^/?#]*)?{_END}",
        "reddit.com/comments/{id}", "https://old.reddit.com/r/programming/comments/abc123/why_clocks_drift/",
        "https://www.reddit.com/comments/abc123", "Reddit routes",
    ),
    Rule(
        "reddit-comment", _REDDIT, rf"/(?:r|u|user)/[\w-]+/comments/(?P<id>[0-9a-z]{{4,9}})/[^/?#]*/(?P<comment>[0-9a-z]{{5,9}}){_END}",
        "reddit.com/comments/{id}/comment/{comment}", "https://np.reddit.com/r/programming/comments/abc123/why/def4567/?context=3",
        "https://www.reddit.com/r/programming/comments/abc123/why/def4567", "Reddit routes",
    ),
    Rule(
        "reddit-host", _REDDIT, r"(?P<rest>/r/\w+(?:/wiki/[^?#]*)?)/?(?:[?#].*)?", "reddit.com{rest!l}", "https://old.reddit.com/r/Programming/",
        "https://www.reddit.com/r/programming", "Reddit's hosts",
    ),
    Rule(
        "reddit-short", "redd.it", rf"/(?P<id>[0-9a-z]{{4,9}}){_END}", "reddit.com/comments/{id}", "https://redd.it/abc123",
        "https://www.reddit.com/comments/abc123", "Reddit's short links",
    ),
    Rule(
        "spotify-language", "open.spotify.com", r"/(?:intl-\w+|embed|embed-podcast)(?P<rest>/[^?#]*).*", "open.spotify.com{rest}",
        "https://open.spotify.com/intl-de/episode/0aB1cD2eF3", "https://open.spotify.com/episode/0aB1cD2eF3?si=x", "Spotify routes",
    ),
    Rule(
        "stackexchange", _STACK, rf"/(?:questions|q)/(?P<id>\d+)(?:/.*)?{_END}", "{host}/questions/{id}",
        "https://stackoverflow.com/questions/11227809/why-is-it-faster/11227902#11227902", "https://stackoverflow.com/q/11227809/1",
        "Stack Exchange routes",
    ),
    Rule(
        "stackexchange-answer", _STACK, rf"/a/(?P<id>\d+)(?:/\d+)?{_END}", "{host}/a/{id}", "https://stackoverflow.com/a/11227902/1",
        "https://stackoverflow.com/a/11227902", "Stack Exchange routes",
    ),
    Rule(
        "substack-comments", "*", rf"(?P<post>/p/[\w-]+)/comments?{_END}", "{host}{post}", "https://ada.substack.com/p/clocks/comments",
        "https://ada.substack.com/p/clocks", "Substack routes",
    ),
    Rule(
        "substack-open", "open.substack.com", r"/pub/(?P<name>[\w-]+)/(?P<rest>[^?#]*).*", "{name!l}.substack.com/{rest}",
        "https://open.substack.com/pub/ada/p/clocks?r=1abc", "https://ada.substack.com/p/clocks", "Substack's app links",
    ),
    Rule(
        "substack-post-own-host", "*",
        r"(?P<post>/p/[\w-]+)\?(?:(?:r=[0-9a-z]{3,8}|s=[rw]|token=ey[^&#]*|(?:open|action)=(?:true|false|share)|(?:triedRedirect|publication_id|post_id|isFreemail|showWelcomeOnShare)=[^&#]*)(?:&|(?=#|$)))+(?:#.*)?",
        "{host}{post}", "https://letters.example.org/p/clocks?r=1abc&triedRedirect=true", "https://letters.example.org/p/clocks",
        "Substack on its authors' hosts",
    ),
    Rule(
        "threads-host", "threads.net", r"(?P<rest>/.*)", "threads.com{rest}", "https://www.threads.net/@ada/post/C1",
        "https://www.threads.com/@ada/post/C1", "Threads moved its host",
    ),
    Rule(
        "wikipedia", "*.wikipedia.org",
        r"/(?:wiki|zh-\w+|sr-\w+)/(?P<first>.)(?P<title>[^?#]*?)/?(?:\?(?:wprov|oldformat|useskin|mobileaction|veaction|redirect)=[^#]*)?(?:#.*)?",
        "{host}/wiki/{first!u}{title!s}", "https://en.wikipedia.org/wiki/vector%20clock?wprov=sfla1#Use",
        "https://en.wikipedia.org/wiki/Vector_clock", "MediaWiki titles",
    ),
    Rule(
        "wikipedia-index", "*.wikipedia.org", r"/w/index\.php\?title=(?P<title>[^&#]+)(?:#.*)?", "{host}/wiki/{title}",
        "https://en.wikipedia.org/w/index.php?title=Vector_clock", "https://en.wikipedia.org/wiki/Vector_clock", "MediaWiki routes",
    ),
    Rule(
        "wikipedia-mobile", "*.m.wikipedia.org", r"(?P<rest>/.*)", "{label}.wikipedia.org{rest}", "https://en.m.wikipedia.org/wiki/Vector_clock",
        "https://en.wikipedia.org/wiki/Vector_clock", "Wikipedia's mobile hosts",
    ),
    Rule(
        "wikipedia-reader", "wikiwand.com", rf"/(?P<language>[a-z]{{2,3}})/(?:articles/)?(?P<title>[^?#]+?){_END}",
        "{language}.wikipedia.org/wiki/{title}", "https://www.wikiwand.com/en/articles/Vector_clock", "https://en.wikipedia.org/wiki/Vector_clock",
        "Wikiwand routes",
    ),
    Rule(
        "x-status",
        "twitter.com x.com nitter.* xcancel.com fxtwitter.com vxtwitter.com fixupx.com fixvx.com twittpr.com girlcockx.com twitter.* "
        "*.twitter.com *.x.com lightbrd.com",
        _STATUS, "x.com/i/status/{id}", "https://twitter.com/ada/status/123/photo/1?s=20", "https://x.com/ada/status/123",
        "X kept Twitter's routes; an id is global",
    ),
    Rule(
        "x-thread", "threadreaderapp.com", rf"/thread/(?P<id>\d+)(?:\.html)?{_END}", "x.com/i/status/{id}",
        "https://threadreaderapp.com/thread/123.html", "https://x.com/ada/status/123", "Thread Reader routes",
    ),
    Rule(
        "x-user", "twitter.com x.com nitter.net xcancel.com", r"/(?P<user>\w{1,15})/?(?:\?.*)?(?:#.*)?", "x.com/{user!l}", "https://twitter.com/ada?lang=en",
        "https://x.com/ada", "X kept Twitter's routes",
    ),
    Rule(
        "youtube-path", "youtube.com *.youtube.com youtube-nocookie.com", r"/(?:embed|v|e|shorts|live|vi)/(?P<id>[\w-]{11})(?:/.*)?(?:[?&#].*)?",
        "youtube.com/watch?v={id}", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=3", "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "YouTube routes",
    ),
    Rule(
        "youtube-short", "youtu.be y2u.be", r"/(?P<id>[\w-]{11})(?:[/?&#].*)?", "youtube.com/watch?v={id}",
        "https://youtu.be/dQw4w9WgXcQ?si=xyz&t=42", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "YouTube's short links",
    ),
    Rule(
        "youtube-watch", "youtube.com *.youtube.com yewtu.be piped.video invidious.* inv.nadeko.net",
        r"/watch/?\?(?:[^#]*&)?v=(?P<id>[\w-]{11})(?:[&#].*)?", "youtube.com/watch?v={id}",
        "https://music.youtube.com/watch?list=PL1&v=dQw4w9WgXcQ&t=42s", "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "a video is its id, wherever it starts",
    ),
)
