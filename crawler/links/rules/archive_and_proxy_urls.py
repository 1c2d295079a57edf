"""Views of pages on other hosts: web archives, AMP caches, and proxies for readers.

Their URLs contain that of the page, as those of `crawler.links.rules.redirectors` do.
"""

from __future__ import annotations

from crawler.links.rules.redirectors import INNER, in_query
from crawler.links.rules.rewrite_rule import Rule

_ENCODED = "https%3A%2F%2Fexample.org%2Fa"
# Viewers of AMP pages end their targets with `/amp`, which is part of no name.
_AMP_PAGE = r"(?P<url>[^?#]+?)(?:/amp)?/?(?P<rest>[?#].*)?"

_SHARED_IN_WECHAT = "from=(?:groupmessage|singlemessage|timeline)"

VIEWS: tuple[Rule, ...] = (
    Rule(
        "amp-bing",
        "bing.com *.bing-amp.com",
        rf"/(?:amp|c)/s/{_AMP_PAGE}",
        "{url}{rest}",
        "https://www.bing.com/amp/s/example.org/a/amp",
        INNER,
        "Bing's AMP viewer",
    ),
    Rule(
        "amp-cache",
        "cdn.ampproject.org *.cdn.ampproject.org",
        rf"/(?:c|v|i|r|wp|a)/(?:s/)?{_AMP_PAGE}",
        "{url}{rest}",
        "https://example-org.cdn.ampproject.org/c/s/example.org/a?amp_js_v=0.1",
        INNER,
        "AMP cache URL format",
    ),
    Rule(
        "amp-google",
        "google.*",
        rf"/amp/(?:s/)?{_AMP_PAGE}",
        "{url}{rest}",
        "https://www.google.com/amp/s/example.org/a",
        INNER,
        "Google's AMP viewer",
    ),
    Rule(
        "amp-yandex",
        "*.turbopages.org turbopages.org",
        r"/(?:turbo/)?(?P<site>[^/]+)/s(?P<path>/.*)",
        "{site}{path}",
        "https://example-org.turbopages.org/example.org/s/a",
        INNER,
        "Turbo pages",
    ),
    Rule(
        "amp-yandex-search",
        "yandex.*",
        r"/turbo/(?P<site>[^/]+)/s(?P<path>/.*)",
        "{site}{path}",
        "https://yandex.ru/turbo/example.org/s/a",
        INNER,
        "Turbo pages",
    ),
    Rule(
        "archive-dated",
        "*",
        r"/(?:.*/)?(?:\d{4,14}|\d{4}\.\d\d\.\d\d-\d{6})(?:[a-z]{2}_)?/(?P<url>https?:/+[^/].*)",
        "{url}",
        "https://webarchive.example.org/all/20200101000000id_/https://example.org/a",
        INNER,
        "pywb and Wayback address format (Memento)",
        "/http",
    ),
    Rule(
        "archive-google-cache",
        "webcache.googleusercontent.com",
        r"/search\?(?:[^#]*&)?q=cache(?:%3A|:)(?:[\w-]+(?:%3A|:)(?=https?(?:%3A|:))"
        r"|[\w-]{8,14}(?:%3A|:)(?!/))?(?P<url>[^&#+ ]+).*",
        "{url!d}",
        "https://webcache.googleusercontent.com/search?q=cache:XyZ12345abc:https://example.org"
        "/a+words&hl=en",
        INNER,
        "Google's cache",
    ),
    Rule(
        "archive-latest",
        "web.archive.org wayback.archive.org web-beta.archive.org archive.org",
        r"/(?:web/(?:\w+\*?|\*)?/?|save/(?:_embed/)?|wayback/)?(?P<url>https?:/+[^/].*)",
        "{url}",
        "https://web.archive.org/web/https://example.org/a",
        INNER,
        "Wayback address format",
    ),
    Rule(
        "archive-latest-bare",
        "web.archive.org wayback.archive.org",
        r"/(?:web/(?:\d{4,14}(?:[a-z]{2}_)?|\*)|save)/(?P<url>[\w-]+(?:\.[\w-]+)+(?:[/?:].*)?)",
        "{url}",
        "https://web.archive.org/web/20200101/example.org/a",
        INNER,
        "Wayback address format",
    ),
    Rule(
        "archive-latest-escaped",
        "web.archive.org wayback.archive.org",
        r"/(?:web/(?:\w+\*?/|\*/)?|save/)?(?P<url>https?%3A(?:%2F|/).+)",
        "{url!d}",
        f"https://web.archive.org/web/20200101000000/{_ENCODED}",
        INNER,
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
        INNER,
        "archive.today address format",
    ),
    in_query(
        "archive-today-submit",
        "archive.today archive.ph archive.is archive.li archive.md archive.fo archive.vn",
        r"/(?:submit/?)?",
        "url",
        "archive.ph/?url",
        "archive.today address format",
    ),
    in_query(
        "archive-webcitation",
        "webcitation.org",
        "/[^?]*",
        "url",
        "www.webcitation.org/query?url",
        "WebCite query format",
    ),
    Rule(
        "proxy-12ft",
        "12ft.io removepaywall.com smry.ai r.jina.ai txtify.it freedium.cfd "
        "freedium-mirror.cfd freedium.org outline.com printfriendly.com ghostarchive.org "
        "via.hypothes.is",
        r"/(?:proxy\?q=|search\?url=|p/g/|varchive/)?(?P<url>https?(?::|%3A).+)",
        "{url!d}",
        "https://12ft.io/https://example.org/a",
        INNER,
        "reading proxies",
    ),
    in_query(
        "proxy-google-translate",
        "translate.google.com translate.google.*",
        "/(?:translate|website)[^?]*",
        "u",
        "translate.google.com/translate?u",
        "Google Translate",
    ),
    in_query(
        "proxy-microsoft-translate",
        "*.translatetheweb.com *.microsofttranslator.com",
        "/[^?]*",
        "a",
        "www.translatetheweb.com/?from=&to=en&a",
        "Microsoft Translator",
    ),
    Rule(
        "proxy-translate-host",
        "*.translate.goog",
        r"(?P<path>/[^?#]*)(?:\?.*)?(?:#.*)?",
        "{label!t}{path}",
        "https://example-org.translate.goog/a?_x_tr_sl=auto",
        INNER,
        "Google Translate's proxy hosts",
    ),
    Rule(
        "share-wechat-from",
        "*",
        rf"(?P<before>[^?#]*\?)(?:(?P<first>(?:[^#&]*&)*){_SHARED_IN_WECHAT}&(?P<last>(?:[^#]*&)?"
        rf"isappinstalled=\d.*)|(?P<left>(?:[^#&]*&)*isappinstalled=\d&(?:[^#&]*&)*)"
        rf"{_SHARED_IN_WECHAT}(?P<right>(?:[&#].*)?))",
        "{host}{before}{first}{last}{left}{right}",
        "https://example.org/a?x=1&from=timeline&isappinstalled=0",
        "https://example.org/a?x=1",
        "WeChat adds both parameters to a page that is shared",
        "isappinstalled=",
    ),
)
