"""Redirectors: URLs that contain their target.

They are unwrapped without network. The group `url` is the target as written. `{url!d}` decodes its
percent-encoding, `{url!b}` base64url, and `{url!p}` the encoding of Proofpoint.
"""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import Rule

_INNER = "https://example.org/a"
_ENCODED = "https%3A%2F%2Fexample.org%2Fa"
_BASE64 = "aHR0cHM6Ly9leGFtcGxlLm9yZy9h"
# Viewers of AMP pages end their targets with `/amp`, which is part of no name.
_AMP_PAGE = r"(?P<url>[^?#]+?)(?:/amp)?/?(?P<rest>[?#].*)?"


def _query(name: str, hosts: str, path: str, parameter: str, example: str, source: str) -> Rule:
    """Return a rule for a redirector with its target in a query parameter."""
    pattern = rf"{path}\?(?:[^#]*&)?(?:{parameter})=(?P<url>[^&#]+).*"
    return Rule(
        name, hosts, pattern, "{url!d}", f"https://{example}={_ENCODED}&x=1", _INNER, source
    )


def _prefixed(
    name: str, hosts: str, before: str, example: str, source: str, rewrite: str = "{url}"
) -> Rule:
    """Return a rule for a redirector with its target after a fixed prefix."""
    return Rule(
        name, hosts, rf"{before}(?P<url>.+)", rewrite, f"https://{example}{_INNER}", _INNER, source
    )


REDIRECTORS: tuple[Rule, ...] = (
    Rule(
        "amp-bing",
        "bing.com *.bing-amp.com",
        rf"/(?:amp|c)/s/{_AMP_PAGE}",
        "{url}{rest}",
        "https://www.bing.com/amp/s/example.org/a/amp",
        _INNER,
        "Bing's AMP viewer",
    ),
    Rule(
        "amp-cache",
        "cdn.ampproject.org *.cdn.ampproject.org",
        rf"/(?:c|v|i|r|wp|a)/(?:s/)?{_AMP_PAGE}",
        "{url}{rest}",
        "https://example-org.cdn.ampproject.org/c/s/example.org/a?amp_js_v=0.1",
        _INNER,
        "AMP cache URL format",
    ),
    Rule(
        "amp-google",
        "google.*",
        rf"/amp/(?:s/)?{_AMP_PAGE}",
        "{url}{rest}",
        "https://www.google.com/amp/s/example.org/a",
        _INNER,
        "Google's AMP viewer",
    ),
    Rule(
        "amp-yandex",
        "*.turbopages.org turbopages.org",
        r"/(?:turbo/)?(?P<site>[^/]+)/s(?P<path>/.*)",
        "{site}{path}",
        "https://example-org.turbopages.org/example.org/s/a",
        _INNER,
        "Turbo pages",
    ),
    Rule(
        "amp-yandex-search",
        "yandex.*",
        r"/turbo/(?P<site>[^/]+)/s(?P<path>/.*)",
        "{site}{path}",
        "https://yandex.ru/turbo/example.org/s/a",
        _INNER,
        "Turbo pages",
    ),
    Rule(
        "archive-dated",
        "*",
        r"/(?:.*/)?(?:\d{4,14}|\d{4}\.\d\d\.\d\d-\d{6})(?:[a-z]{2}_)?/(?P<url>https?:/+[^/].*)",
        "{url}",
        "https://webarchive.example.org/all/20200101000000id_/https://example.org/a",
        _INNER,
        "pywb and Wayback address format (Memento)",
        "/http",
    ),
    Rule(
        "archive-google-cache",
        "webcache.googleusercontent.com",
        r"/search\?(?:[^#]*&)?q=cache(?:%3A|:)(?:[\w-]{8,14}(?:%3A|:)(?!/))?(?P<url>[^&#+ ]+).*",
        "{url!d}",
        "https://webcache.googleusercontent.com/search?q=cache:XyZ12345abc:https://example.org"
        "/a+words&hl=en",
        _INNER,
        "Google's cache",
    ),
    Rule(
        "archive-latest",
        "web.archive.org wayback.archive.org web-beta.archive.org archive.org",
        r"/(?:web/(?:\w+\*?|\*)?/?|save/(?:_embed/)?|wayback/)?(?P<url>https?:/+[^/].*)",
        "{url}",
        "https://web.archive.org/web/https://example.org/a",
        _INNER,
        "Wayback address format",
    ),
    Rule(
        "archive-latest-bare",
        "web.archive.org wayback.archive.org",
        r"/(?:web/(?:\d{4,14}(?:[a-z]{2}_)?|\*)|save)/(?P<url>[\w-]+(?:\.[\w-]+)+(?:[/?:].*)?)",
        "{url}",
        "https://web.archive.org/web/20200101/example.org/a",
        _INNER,
        "Wayback address format",
    ),
    Rule(
        "archive-today",
        "archive.today archive.ph archive.is archive.li archive.md archive.fo archive.vn "
        "archive.st",
        r"/(?:(?:newest|oldest|timegate|timemap|[\d.-]+|o/\w+)/)?(?P<url>"
        r"(?:https?:/+)?[\w-]+\.[\w.-]+[/?:].*)",
        "{url}",
        "https://archive.ph/newest/https://example.org/a",
        _INNER,
        "archive.today address format",
    ),
    _query(
        "archive-today-submit",
        "archive.today archive.ph archive.is archive.li archive.md archive.fo archive.vn",
        r"/(?:submit/?)?",
        "url",
        "archive.ph/?url",
        "archive.today address format",
    ),
    _query(
        "archive-webcitation",
        "webcitation.org",
        "/[^?]*",
        "url",
        "www.webcitation.org/query?url",
        "WebCite query format",
    ),
    _query(
        "mail-barracuda",
        "linkprotect.cudasvc.com",
        "/url",
        "a",
        "linkprotect.cudasvc.com/url?a",
        "Barracuda link protection",
    ),
    Rule(
        "mail-click-base64",
        "*",
        r"/(?:[^?#]*/)?(?P<url>aHR0c[\w-]{12,})={0,2}(?:[/?#].*)?",
        "{url!b}",
        f"https://click.convertkit-mail.com/abc/def/{_BASE64}",
        _INNER,
        "Kit and other mail tools",
        "aHR0c",
    ),
    Rule(
        "mail-click-path",
        "*",
        r"/(?:CL0|L0)/(?P<url>https?(?::|%3A).+?)(?:/\d/[\w=-]+(?:/.*)?)?",
        "{url!d}",
        f"https://tracking.example.com/CL0/{_ENCODED}/1/0100/abc=312",
        _INNER,
        "Amazon SES click tracking",
        "L0/",
    ),
    Rule(
        "mail-proofpoint",
        "urldefense.proofpoint.com",
        r"/v[12]/url\?(?:[^#]*&)?u=(?P<url>[^&#]+).*",
        "{url!p}",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__example.org_a&d=x",
        _INNER,
        "Proofpoint v2",
    ),
    Rule(
        "mail-proofpoint-v3",
        "urldefense.com",
        r"/v3/__(?P<url>.+?)__;.*",
        "{url}",
        "https://urldefense.com/v3/__https://example.org/a__;!!abc",
        _INNER,
        "Proofpoint v3",
    ),
    _query(
        "mail-safelinks",
        "*.safelinks.protection.outlook.com safelinks.protection.outlook.com "
        "statics.teams.cdn.office.net",
        "/[^?]*",
        "url",
        "eur01.safelinks.protection.outlook.com/?url",
        "Microsoft Defender",
    ),
    Rule(
        "proxy-12ft",
        "12ft.io removepaywall.com smry.ai r.jina.ai txtify.it freedium.cfd "
        "freedium-mirror.cfd freedium.org outline.com printfriendly.com ghostarchive.org",
        r"/(?:proxy\?q=|search\?url=|p/g/|varchive/)?(?P<url>https?(?::|%3A).+)",
        "{url!d}",
        "https://12ft.io/https://example.org/a",
        _INNER,
        "reading proxies",
    ),
    _query(
        "proxy-google-translate",
        "translate.google.com translate.google.*",
        "/(?:translate|website)[^?]*",
        "u",
        "translate.google.com/translate?u",
        "Google Translate",
    ),
    Rule(
        "proxy-translate-host",
        "*.translate.goog",
        r"(?P<path>/[^?#]*)(?:\?.*)?(?:#.*)?",
        "{label!t}{path}",
        "https://example-org.translate.goog/a?_x_tr_sl=auto",
        _INNER,
        "Google Translate's proxy hosts",
    ),
    Rule(
        "redirect-bing",
        "bing.com",
        r"/ck/a\?(?:[^#]*&)?u=a1(?P<url>[\w-]+).*",
        "{url!b}",
        f"https://www.bing.com/ck/a?p=1&u=a1{_BASE64}&ntb=1",
        _INNER,
        "Bing's result links",
    ),
    _query(
        "redirect-bing-link",
        "bing.com",
        "/(?:alink/link|news/apiclick.aspx)",
        "url",
        "www.bing.com/alink/link?url",
        "Bing",
    ),
    _query(
        "redirect-chinese",
        "link.zhihu.com link.juejin.cn link.csdn.net gitee.com xie.infoq.cn "
        "link.segmentfault.com links.jianshu.com link.jianshu.com",
        "/[^?]*",
        "target|to|t",
        "link.zhihu.com/?target",
        "leave pages of Chinese communities",
    ),
    Rule(
        "redirect-disqus",
        "disq.us",
        r"/(?:url)?\?(?:[^#]*&)?url=(?P<url>[^&#]+?)(?:(?:%3A|:)[\w-]{20,})?(?:&.*)?",
        "{url!d}",
        f"https://disq.us/url?url={_ENCODED}%3AxJk3aBcD9fGhIjKlMnOpQrStUv",
        _INNER,
        "Disqus",
    ),
    _query(
        "redirect-duckduckgo",
        "duckduckgo.com html.duckduckgo.com",
        "/l/?",
        "uddg|u",
        "duckduckgo.com/l/?uddg",
        "DuckDuckGo's result links",
    ),
    _query(
        "redirect-facebook",
        "facebook.com *.facebook.com l.instagram.com l.messenger.com l.workplace.com "
        "l.threads.com l.threads.net",
        "/(?:l\\.php|flx/warn|sharer/sharer\\.php|sharer\\.php)?/?",
        "u",
        "l.facebook.com/l.php?u",
        "Facebook's link shim",
    ),
    _query(
        "redirect-feedly",
        "feedly.com flipboard.com getpocket.com instapaper.com",
        "/(?:i/)?(?:redirect|save|edit|read|text|entry)?/?",
        "url|u",
        "getpocket.com/redirect?url",
        "reading services",
    ),
    _query(
        "redirect-google",
        "google.* *.google.com",
        "/(?:url|imgres|interstitial)",
        "q|url|imgrefurl",
        "www.google.com/url?sa=D&q",
        "Google's result links",
    ),
    _query(
        "redirect-google-ads",
        "googleadservices.com",
        "/pagead/aclk",
        "adurl",
        "www.googleadservices.com/pagead/aclk?adurl",
        "Google Ads",
    ),
    Rule(
        "redirect-href",
        "href.li anonym.to anonymto.com nullrefer.com dereferer.me hidereferrer.com "
        "dereferer.org anon.to",
        r"/\??(?P<url>https?(?::|%3A).+)",
        "{url!d}",
        "https://href.li/?https://example.org/a",
        _INNER,
        "referrer hiders",
    ),
    _query(
        "redirect-linkedin",
        "linkedin.com *.linkedin.com",
        "/(?:safety/go|redir/[\\w-]+|sharing/share-offsite|shareArticle|slink|cws/share"
        "|authwall|uas/login|login|checkpoint/[\\w/-]+)/?",
        "url|sessionRedirect|session_redirect",
        "www.linkedin.com/safety/go?trk=x&url",
        "LinkedIn's link shims",
    ),
    _query(
        "redirect-medium",
        "medium.com *.medium.com",
        "/(?:r|m/global-identity[\\w-]*|m/signin)/?",
        "url|redirectUrl|redirect",
        "medium.com/r/?url",
        "Medium",
    ),
    _query(
        "redirect-reddit",
        "out.reddit.com reddit.com *.reddit.com",
        "/(?:submit|media|t3_\\w+)?/?",
        "url",
        "out.reddit.com/t3_abc?url",
        "Reddit's outbound links",
    ),
    _query(
        "redirect-share",
        "twitter.com x.com bsky.app news.ycombinator.com t.me telegram.me buffer.com mix.com "
        "pinterest.com wa.me",
        "/(?:intent/tweet|intent/post|share|share/url|iv|submitlink|add|pin/create/[\\w/-]+"
        "|bookmarklet)/?",
        "url|u",
        "twitter.com/intent/tweet?url",
        "share buttons",
    ),
    _query(
        "redirect-skimlinks",
        "go.skimresources.com go.redirectingat.com redirect.viglink.com exit.sc shop-links.co",
        "/[^?]*",
        "url|u",
        "exit.sc/?url",
        "affiliate and exit links (Brave debounce list names them)",
    ),
    _query(
        "redirect-slack", "slack-redir.net", "/link", "url", "slack-redir.net/link?url", "Slack"
    ),
    _query(
        "redirect-steam",
        "steamcommunity.com",
        "/linkfilter/?",
        "url|u",
        "steamcommunity.com/linkfilter/?url",
        "Steam",
    ),
    _query("redirect-tumblr", "t.umblr.com", "/redirect", "z", "t.umblr.com/redirect?z", "Tumblr"),
    _query(
        "redirect-vk",
        "vk.com away.vk.com *.vk.com",
        "/away(?:\\.php)?",
        "to",
        "vk.com/away.php?to",
        "VK",
    ),
    Rule(
        "redirect-yahoo",
        "r.search.yahoo.com",
        r"/.*/RU=(?P<url>[^/]+)/.*",
        "{url!d}",
        f"https://r.search.yahoo.com/_ylt=x/RV=2/RU={_ENCODED}/RK=2/RS=x",
        _INNER,
        "Yahoo's result links",
    ),
    _query(
        "redirect-youtube",
        "youtube.com",
        "/(?:redirect|attribution_link)",
        "q|u",
        "www.youtube.com/redirect?event=x&q",
        "YouTube's description links",
    ),
)
