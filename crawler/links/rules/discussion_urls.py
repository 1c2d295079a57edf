"""URL forms of social networks, link aggregators and question sites."""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import Rule

_END = r"/?(?:[?#].*)?"
_STATUS = r"/(?:#!/)?(?:i/web|i|[\w]+)/(?:status(?:es)?|article)/(?P<id>\d+)(?:/.*)?" + _END
# Paths of X that do not name an account.
_X_ROUTES = (
    "(?:about|account|compose|download|explore|hashtag|home|i|intent|jobs|login|messages"
    "|notifications|privacy|search|settings|share|signup|tos)"
)
_REDDIT = (
    "reddit.com *.reddit.com redlib.* libreddit.* teddit.* safereddit.com rxddit.com vxreddit.com"
)
_STACK = (
    "stackoverflow.com *.stackoverflow.com *.stackexchange.com serverfault.com superuser.com "
    "askubuntu.com mathoverflow.net stackapps.com"
)

# name, hosts, pattern, rewrite, example, another URL of the same page, source of the rule
DISCUSSIONS: tuple[Rule, ...] = (
    Rule(
        "bluesky-mirror",
        "bskyx.app fxbsky.app vxbsky.app bskye.app cbsky.app bsyy.app main.bsky.dev deer.social",
        r"(?P<rest>/profile/[^?#]+).*",
        "bsky.app{rest}",
        "https://fxbsky.app/profile/a.example/post/3kabc",
        "https://bsky.app/profile/a.example/post/3kabc",
        "previews of Bluesky",
    ),
    Rule(
        "bluesky-views",
        "bsky.app",
        rf"(?P<post>/profile/[^/?#]+/post/\w+)/(?:liked-by|reposted-by|quotes){_END}",
        "bsky.app{post}",
        "https://bsky.app/profile/ada.example/post/3kabc/quotes",
        "https://bsky.app/profile/ada.example/post/3kabc",
        "Bluesky routes",
    ),
    Rule(
        "discourse",
        "community.* discourse.* discuss.* forum.* forums.* internals.* meta.* users.*",
        rf"/t/(?:[^/?#]*[^/?#\d][^/?#]*/)?(?P<id>\d+)(?:/\d+)?{_END}",
        "{host}/t/{id}",
        "https://discuss.example.org/t/why-clocks-drift/1234/5?u=ada",
        "https://discuss.example.org/t/1234",
        "Discourse routes",
    ),
    Rule(
        "hackernews",
        "news.ycombinator.com hn.algolia.com",
        r"/item\?(?:[^#]*&)?id=(?P<id>\d+).*",
        "news.ycombinator.com/item?id={id}",
        "https://news.ycombinator.com/item?id=1&p=2",
        "https://news.ycombinator.com/item?id=1",
        "Hacker News",
    ),
    Rule(
        "hackernews-algolia",
        "hn.algolia.com",
        r"/api/v1/items/(?P<id>\d+).*",
        "news.ycombinator.com/item?id={id}",
        "https://hn.algolia.com/api/v1/items/1",
        "https://news.ycombinator.com/item?id=1",
        "Hacker News search",
    ),
    Rule(
        "hackernews-reader",
        "hacker-news.firebaseio.com hn.premii.com hackerweb.app hnapp.com",
        r"/(?:v0/item/|#/comments/|#/item/|#!/item/)(?P<id>\d+).*",
        "news.ycombinator.com/item?id={id}",
        "https://hacker-news.firebaseio.com/v0/item/1.json",
        "https://news.ycombinator.com/item?id=1",
        "readers of Hacker News",
    ),
    Rule(
        "linkedin-activity",
        "linkedin.com *.linkedin.com",
        r"/(?:posts/[^?#]*?(?:(?<=-)|(?<=_)|(?<=/))(?P<kind>activity|ugcPost|share)-"
        r"|(?:embed/)?feed/update/(?:urn(?::|%3A)li(?::|%3A))?(?P<type>activity|ugcPost|share)"
        r"(?::|%3A))(?P<id>\d{15,20}).*",
        "linkedin.com/feed/update/urn:li:{kind}{type}:{id}",
        "https://www.linkedin.com/posts"
        "/ada_clocks-ugcPost-7123456789012345678-AbCd?utm_source=share",
        "https://www.linkedin.com/feed/update/urn:li:ugcPost:7123456789012345678/",
        "LinkedIn routes",
    ),
    Rule(
        "linkedin-country",
        "*.linkedin.com",
        r"(?P<rest>/(?:pulse|in|company|posts|learning|newsletters|jobs|article)/.*)",
        "linkedin.com{rest}",
        "https://uk.linkedin.com/pulse/clocks-ada",
        "https://www.linkedin.com/pulse/clocks-ada",
        "LinkedIn's country hosts",
    ),
    Rule(
        "lobsters",
        "lobste.rs",
        rf"/s/(?P<id>\w{{6}})(?:/[^?#]*)?{_END}",
        "lobste.rs/s/{id}",
        "https://lobste.rs/s/abc123/why_clocks_drift",
        "https://lobste.rs/s/abc123",
        "Lobsters routes",
    ),
    Rule(
        "reddit",
        _REDDIT,
        rf"/(?:(?:r|u|user)/[\w-]+/)?(?:comments|gallery|tb)/(?P<id>[0-9a-z]{{4,9}})"
        rf"(?:/[^/?#]*)?(?:/\.compact|/\.json)?{_END}",
        "reddit.com/comments/{id}",
        "https://old.reddit.com/r/programming/comments/abc123/why_clocks_drift/",
        "https://www.reddit.com/comments/abc123",
        "Reddit routes",
    ),
    Rule(
        "reddit-comment",
        _REDDIT,
        rf"/(?:r|u|user)/[\w-]+/comments/(?P<id>[0-9a-z]{{4,9}})/[^/?#]*/"
        rf"(?P<comment>[0-9a-z]{{5,9}}){_END}",
        "reddit.com/comments/{id}/comment/{comment}",
        "https://np.reddit.com/r/programming/comments/abc123/why/def4567/?context=3",
        "https://www.reddit.com/r/programming/comments/abc123/why/def4567",
        "Reddit routes",
    ),
    Rule(
        "reddit-host",
        _REDDIT,
        r"(?P<rest>/r/\w+(?:/wiki/[^?#]*)?)/?(?:[?#].*)?",
        "reddit.com{rest!l}",
        "https://old.reddit.com/r/Programming/",
        "https://www.reddit.com/r/programming",
        "Reddit's hosts",
    ),
    Rule(
        "reddit-short",
        "redd.it",
        rf"/(?P<id>[0-9a-z]{{4,9}}){_END}",
        "reddit.com/comments/{id}",
        "https://redd.it/abc123",
        "https://www.reddit.com/comments/abc123",
        "Reddit's short links",
    ),
    Rule(
        "stackexchange",
        _STACK,
        rf"/(?:questions|q)/(?P<id>\d+)(?:/.*)?{_END}",
        "{host}/questions/{id}",
        "https://stackoverflow.com/questions/11227809/why-is-it-faster/11227902#11227902",
        "https://stackoverflow.com/q/11227809/1",
        "Stack Exchange routes",
    ),
    Rule(
        "stackexchange-answer",
        _STACK,
        rf"/a/(?P<id>\d+)(?:/\d+)?{_END}",
        "{host}/a/{id}",
        "https://stackoverflow.com/a/11227902/1",
        "https://stackoverflow.com/a/11227902",
        "Stack Exchange routes",
    ),
    Rule(
        "telegram-preview",
        "t.me telegram.me",
        r"/s/(?P<channel>\w+)/(?P<id>\d+)/?(?:[?#].*)?",
        "t.me/{channel}/{id}",
        "https://t.me/s/clocks/12",
        "https://t.me/clocks/12",
        "Telegram's previews of channels",
    ),
    Rule(
        "threads-host",
        "threads.net",
        r"(?P<rest>/.*)",
        "threads.com{rest}",
        "https://www.threads.net/@ada/post/C1",
        "https://www.threads.com/@ada/post/C1",
        "Threads moved its host",
    ),
    Rule(
        "x-embed",
        "platform.twitter.com platform.x.com",
        r"/embed/(?:Tweet|index)(?:\.html)?\?(?:[^#]*&)?id=(?P<id>\d+).*",
        "x.com/i/status/{id}",
        "https://platform.twitter.com/embed/Tweet.html?dnt=true&id=123",
        "https://x.com/ada/status/123",
        "posts that pages embed",
    ),
    Rule(
        "x-hashtag",
        "twitter.com x.com nitter.net xcancel.com",
        rf"/hashtag/(?P<hashtag>[^/?#]+){_END}",
        "x.com/hashtag/{hashtag}",
        "https://twitter.com/hashtag/raft?src=hash",
        "https://x.com/hashtag/raft",
        "X kept Twitter's routes",
    ),
    Rule(
        "x-status",
        "twitter.com x.com nitter.* xcancel.com fxtwitter.com vxtwitter.com fixupx.com "
        "fixvx.com twittpr.com girlcockx.com twitter.* "
        "*.twitter.com *.x.com lightbrd.com",
        _STATUS,
        "x.com/i/status/{id}",
        "https://twitter.com/ada/status/123/photo/1?s=20",
        "https://x.com/ada/status/123",
        "X kept Twitter's routes; an id is global",
    ),
    Rule(
        "x-thread",
        "threadreaderapp.com",
        rf"/thread/(?P<id>\d+)(?:\.html)?{_END}",
        "x.com/i/status/{id}",
        "https://threadreaderapp.com/thread/123.html",
        "https://x.com/ada/status/123",
        "Thread Reader routes",
    ),
    Rule(
        "x-user",
        "twitter.com x.com nitter.net xcancel.com",
        rf"/(?!{_X_ROUTES}(?:[/?#]|$))(?P<user>\w{{1,15}})/?(?:\?.*)?(?:#.*)?",
        "x.com/{user!l}",
        "https://twitter.com/ada?lang=en",
        "https://x.com/ada",
        "X kept Twitter's routes",
    ),
)
