"""URL forms of sites that publish articles, files and videos."""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import NOT_IN_UUID, Rule

_END = r"/?(?:[?#].*)?"
_HASH = rf"{NOT_IN_UUID}(?P<id>[0-9a-f]{{9,12}})"
# Hosts of publications on Medium. Sorted; add a host.
_MEDIUM_PUBLICATIONS = (
    "ai.plainenglish.io awstip.com aws.plainenglish.io bettermarketing.pub betterprogramming.pub "
    "blog.angular.dev blog.angular.io blog.bitsrc.io blog.devgenius.io blog.gopenai.com "
    "blog.prototypr.io blog.stackademic.com code.likeagirl.io codeburst.io "
    "eng.lyft.com faun.pub generativeai.pub hackernoon.com infosecwriteups.com itnext.io "
    "javascript.plainenglish.io levelup.gitconnected.com medium.engineering "
    "medium.freecodecamp.org netflixtechblog.com osintteam.blog proandroiddev.com "
    "pub.towardsai.net python.plainenglish.io signalvnoise.com systemweakness.com "
    "towardsdatascience.com uxdesign.cc"
)

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
        "amazon-charity",
        "smile.amazon.com",
        r"(?P<rest>/.*)",
        "amazon.com{rest}",
        "https://smile.amazon.com/dp/1449373321",
        "https://www.amazon.com/dp/1449373321",
        "Amazon's former charity host",
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
        "apple-podcasts",
        "podcasts.apple.com",
        r"/[a-z]{2}/(?P<rest>podcast/[^?#]+(?:\?i=\d+)?)(?:[?&#].*)?",
        "podcasts.apple.com/{rest}",
        "https://podcasts.apple.com/de/podcast/clocks/id123?i=1000&uo=4",
        "https://podcasts.apple.com/us/podcast/clocks/id123?i=1000",
        "Apple adds the reader's country",
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
        "bbc-country",
        "bbc.co.uk",
        r"(?P<rest>/(?:news|future|worklife)/.*)",
        "bbc.com{rest}",
        "https://www.bbc.co.uk/news/technology-12345678",
        "https://www.bbc.com/news/technology-12345678",
        "the BBC has one host for readers abroad",
    ),
    Rule(
        "blogspot-country",
        "*.blogspot.ae *.blogspot.al *.blogspot.am *.blogspot.at *.blogspot.ba *.blogspot.be "
        "*.blogspot.bg *.blogspot.ch *.blogspot.cl *.blogspot.co.at *.blogspot.co.id "
        "*.blogspot.co.il *.blogspot.co.ke *.blogspot.co.nz *.blogspot.co.uk *.blogspot.co.za "
        "*.blogspot.com.ar *.blogspot.com.au *.blogspot.com.br *.blogspot.com.co "
        "*.blogspot.com.cy *.blogspot.com.ee *.blogspot.com.eg *.blogspot.com.es "
        "*.blogspot.com.mt *.blogspot.com.ng *.blogspot.com.tr *.blogspot.com.uy "
        "*.blogspot.cz *.blogspot.de *.blogspot.dk *.blogspot.fi *.blogspot.fr *.blogspot.gr "
        "*.blogspot.hk *.blogspot.hr *.blogspot.hu *.blogspot.ie *.blogspot.in *.blogspot.is "
        "*.blogspot.it *.blogspot.jp *.blogspot.kr *.blogspot.li *.blogspot.lt *.blogspot.lu "
        "*.blogspot.md *.blogspot.mk *.blogspot.mx *.blogspot.my *.blogspot.nl *.blogspot.no "
        "*.blogspot.pe *.blogspot.pt *.blogspot.qa *.blogspot.ro *.blogspot.rs *.blogspot.ru "
        "*.blogspot.se *.blogspot.sg *.blogspot.si *.blogspot.sk *.blogspot.sn *.blogspot.tw "
        "*.blogspot.ug",
        r"(?P<rest>/.*)",
        "{label}.blogspot.com{rest}",
        "https://ada.blogspot.co.uk/2015/02/clocks.html",
        "https://ada.blogspot.com/2015/02/clocks.html",
        "Blogger redirected readers to hosts of their countries until 2018",
    ),
    Rule(
        "buttondown-former",
        "buttondown.email",
        r"(?P<rest>/.*)",
        "buttondown.com{rest}",
        "https://buttondown.email/ada/archive/clocks/",
        "https://buttondown.com/ada/archive/clocks/",
        "the former host of Buttondown",
    ),
    Rule(
        "csdn",
        "*.csdn.net",
        rf"/(?:[\w-]+/)?article/details/(?P<id>\d+){_END}",
        "blog.csdn.net/article/details/{id}",
        "https://ada.blog.csdn.net/article/details/123456789",
        "https://blog.csdn.net/ada/article/details/123456789",
        "CSDN's article numbers",
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
        rf"/(?:a/[^/?#]+/)?(?P<kind>\w+)/(?:u/\d+/)?d/(?P<id>[\w-]{{20,}})(?:/[\w/]*)?{_END}",
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
        "habr",
        "habr.com",
        rf"/(?P<language>ru|en)/(?:post|articles|news/t|news|specials|company/[\w-]+/(?:blog|news)"
        rf"|companies/[\w-]+/(?:articles|news))/(?P<id>\d+)(?:/comments)?{_END}",
        "habr.com/{language}/articles/{id}",
        "https://habr.com/ru/company/ada/blog/123456/",
        "https://habr.com/ru/articles/123456/",
        "Habr's article numbers",
    ),
    Rule(
        "habr-former",
        "habr.com habrahabr.ru",
        rf"/(?:post|company/[\w-]+/blog)/(?P<id>\d+)(?:/comments)?{_END}",
        "habr.com/ru/articles/{id}",
        "https://habr.com/post/123456/",
        "https://habr.com/ru/articles/123456/",
        "Habr's routes before it had languages",
    ),
    Rule(
        "juejin-former",
        "juejin.im",
        r"(?P<rest>/.*)",
        "juejin.cn{rest}",
        "https://juejin.im/post/5a1b",
        "https://juejin.cn/post/5a1b",
        "the former host of Juejin",
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
        "medium-publication",
        _MEDIUM_PUBLICATIONS,
        rf"/(?:[^?#]*[/-])?{NOT_IN_UUID}(?P<id>[0-9a-f]{{12}}){_END}",
        "medium.com/p/{id}",
        "https://netflixtechblog.com/clocks-1a2b3c4d5e6f?gi=1",
        "https://medium.com/netflix-techblog/clocks-1a2b3c4d5e6f",
        "a Medium post keeps its id on the host of its publication",
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
        "oreilly-book",
        "oreilly.com learning.oreilly.com",
        rf"/library/view/[^/?#]+/(?P<isbn>\d{{10,13}})(?P<chapter>/[\w./-]*?)?{_END}",
        "oreilly.com/library/view/-/{isbn}{chapter}",
        "https://learning.oreilly.com/library/view/-/9781492034018/ch01.html",
        "https://www.oreilly.com/library/view/cells/9781492034018/ch01.html",
        "O'Reilly's books are their ISBN",
    ),
    Rule(
        "register-former",
        "theregister.co.uk",
        r"(?P<rest>/.*)",
        "theregister.com{rest}",
        "https://www.theregister.co.uk/2020/01/02/cells/",
        "https://www.theregister.com/2020/01/02/cells/",
        "The Register moved in 2020",
    ),
    Rule(
        "scribd",
        "scribd.com",
        rf"/(?:doc|document|embeds)/(?P<id>\d+)(?:/[^?#]*)?{_END}",
        "scribd.com/document/{id}",
        "https://www.scribd.com/doc/123456/Clocks",
        "https://www.scribd.com/document/123456/Clocks",
        "Scribd's numbers",
    ),
    Rule(
        "slideshare",
        "*.slideshare.net",
        rf"/(?:slideshow/[\w%-]+/|[\w-]+/[\w%-]*-)(?P<id>\d{{5,10}})(?:/\d{{1,3}})?{_END}",
        "slideshare.net/slideshow/{id}",
        "https://de.slideshare.net/ada/cells-in-practice-12345678/5",
        "https://www.slideshare.net/slideshow/cells-in-practice/12345678",
        "SlideShare's numbers",
    ),
    Rule(
        "speakerdeck-slide",
        "speakerdeck.com",
        r"/(?:player/)?(?P<talk>[\w-]+/[\w-]+)\?slide=\d+(?:#.*)?",
        "speakerdeck.com/{talk}",
        "https://speakerdeck.com/ada/cells?slide=12",
        "https://speakerdeck.com/ada/cells",
        "Speaker Deck's links to a slide",
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
        rf"(?P<post>/p/[\w-]+)/(?:comments|comment(?:/\d+)?){_END}",
        "{host}{post}",
        "https://ada.substack.com/p/clocks/comments",
        "https://ada.substack.com/p/clocks",
        "Substack routes",
        "/comment",
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
        "/p/",
    ),
    Rule(
        "tumblr",
        "*.tumblr.com",
        rf"/post/(?P<id>\d{{8,}})(?:/[^?#]*)?{_END}",
        "tumblr.com/{label}/{id}",
        "https://ada.tumblr.com/post/123456789012/clocks/amp",
        "https://www.tumblr.com/ada/123456789012/clocks",
        "Tumblr's post numbers",
    ),
    Rule(
        "tumblr-dashboard",
        "tumblr.com",
        rf"/(?:blog/view/)?(?P<name>[\w-]+)/(?P<id>\d{{8,}})(?:/[^?#]*)?{_END}",
        "tumblr.com/{name}/{id}",
        "https://www.tumblr.com/blog/view/ada/123456789012",
        "https://www.tumblr.com/ada/123456789012/clocks",
        "Tumblr's post numbers",
    ),
    Rule(
        "vimeo",
        "vimeo.com player.vimeo.com",
        rf"/(?:video/|channels/[\w-]+/|groups/[\w-]+/videos/|album/\d+/video/|showcase/\d+/video/)"
        rf"(?P<id>\d{{6,10}}){_END}",
        "vimeo.com/{id}",
        "https://player.vimeo.com/video/12345678?h=abc",
        "https://vimeo.com/12345678",
        "Vimeo's numbers",
    ),
    Rule(
        "youtube-path",
        "youtube.com *.youtube.com youtube-nocookie.com",
        r"/(?:embed|v|e|shorts|live|vi|watch)/(?P<id>[\w-]{11})(?:/.*)?(?:[?&#].*)?",
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
    Rule(
        "zhihu-reader",
        "zhihu.com",
        rf"/tardis/\w+/art/(?P<id>\d+){_END}",
        "zhuanlan.zhihu.com/p/{id}",
        "https://www.zhihu.com/tardis/zm/art/123456?source_id=1",
        "https://zhuanlan.zhihu.com/p/123456",
        "Zhihu's pages for search engines",
    ),
)
