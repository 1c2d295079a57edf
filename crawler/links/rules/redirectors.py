"""Redirectors of services and mail tools: URLs that contain their target.

They are unwrapped without network. The group `url` is the target as written. `{url!d}` decodes its
percent-encoding, `{url!b}` base64url, and `{url!p}` and `{url!v}` the encodings of Proofpoint.
"""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import Rule

INNER = "https://example.org/a"
"""The target in the examples of redirectors."""
_ENCODED = "https%3A%2F%2Fexample.org%2Fa"
_BASE64 = "aHR0cHM6Ly9leGFtcGxlLm9yZy9h"


def in_query(name: str, hosts: str, path: str, parameter: str, example: str, source: str) -> Rule:
    """Return the rule `name` for `hosts` that have their target in a query parameter.

    `path` and `parameter` are patterns. `example` is a URL up to its target, without a scheme, and
    `source` the origin of the rule.
    """
    pattern = rf"{path}\?(?:[^#]*&)?(?:{parameter})=(?P<url>[^&#]+).*"
    return Rule(name, hosts, pattern, "{url!d}", f"https://{example}={_ENCODED}&x=1", INNER, source)


REDIRECTORS: tuple[Rule, ...] = (
    in_query(
        "mail-barracuda",
        "linkprotect.cudasvc.com",
        "/url",
        "a",
        "linkprotect.cudasvc.com/url?a",
        "Barracuda link protection",
    ),
    in_query(
        "mail-checkpoint",
        "checkpoint.url-protection.com",
        "/v1/[^?]*",
        "o",
        "checkpoint.url-protection.com/v1/r01/url?o",
        "Check Point Harmony, version 1",
    ),
    Rule(
        "mail-checkpoint-v2",
        "url.avanan.click protect.checkpoint.com",
        r"/v2/(?:r\d\d/)?___(?P<url>https?:/+.+?)___(?:\..*)?",
        "{url}",
        "https://url.avanan.click/v2/___https://example.org/a___.YXAzOmE",
        INNER,
        "Check Point Harmony (Avanan), version 2",
    ),
    Rule(
        "mail-cisco",
        "secure-web.cisco.com",
        r"/[^/?#]+/(?P<url>https?(?::|%3A).+)",
        "{url!d}",
        f"https://secure-web.cisco.com/1AbC-dEf/{_ENCODED}",
        INNER,
        "Cisco Secure Email",
    ),
    Rule(
        "mail-click-base64",
        "*",
        r"/(?:[^?#]*/)?(?P<url>aHR0c[\w-]{12,})={0,2}(?:[/?#].*)?",
        "{url!b}",
        f"https://click.convertkit-mail.com/abc/def/{_BASE64}",
        INNER,
        "Kit and other mail tools",
        "aHR0c",
    ),
    Rule(
        "mail-click-path",
        "*",
        r"/(?:CL0|L0)/(?P<url>https?(?::|%3A).+?)(?:/\d/[\w=-]+(?:/.*)?)?",
        "{url!d}",
        f"https://tracking.example.com/CL0/{_ENCODED}/1/0100/abc=312",
        INNER,
        "Amazon SES click tracking",
        "L0/",
    ),
    Rule(
        "mail-proofpoint",
        "urldefense.proofpoint.com",
        r"/v[12]/url\?(?:[^#]*&)?u=(?P<url>[^&#]+).*",
        "{url!p}",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__example.org_a&d=x",
        INNER,
        "Proofpoint v2",
    ),
    Rule(
        "mail-proofpoint-v3",
        "urldefense.com urldefense.us",
        r"/v3/__(?P<url>.+?__;.*)",
        "{url!v}",
        "https://urldefense.com/v3/__https://example.org/*__;YQ!!abc",
        INNER,
        "Proofpoint v3",
    ),
    in_query(
        "mail-safelinks",
        "*.safelinks.protection.outlook.com safelinks.protection.outlook.com "
        "statics.teams.cdn.office.net",
        "/[^?]*",
        "url",
        "eur01.safelinks.protection.outlook.com/?url",
        "Microsoft Defender",
    ),
    in_query(
        "mail-scanner",
        "clicktime.symantec.com *.fireeye.com *.trellix.com urlsand.esvalabs.com *.trendmicro.com",
        "/(?:[^?]*/)?(?:url|query|[\\w-]*)",
        "u|url",
        "clicktime.symantec.com/0aB1?u",
        "Symantec, FireEye, Libraesva and Trend Micro",
    ),
    Rule(
        "mail-sophos",
        "*.protection.sophos.com",
        r"/?\?(?:[^#]*&)?u=(?P<url>aHR0c[\w-]+).*",
        "{url!b}",
        f"https://eu-west-1.protection.sophos.com/?d=example.org&u={_BASE64}&i=1",
        INNER,
        "Sophos Email",
    ),
    Rule(
        "redirect-bing",
        "bing.com",
        r"/ck/a\?(?:[^#]*&)?u=a1(?P<url>[\w-]+).*",
        "{url!b}",
        f"https://www.bing.com/ck/a?p=1&u=a1{_BASE64}&ntb=1",
        INNER,
        "Bing's result links",
    ),
    in_query(
        "redirect-bing-link",
        "bing.com",
        "/(?:alink/link|news/apiclick.aspx)",
        "url",
        "www.bing.com/alink/link?url",
        "Bing",
    ),
    in_query(
        "redirect-bluesky",
        "go.bsky.app",
        "/redirect/?",
        "u",
        "go.bsky.app/redirect?u",
        "Bluesky's link shim",
    ),
    in_query(
        "redirect-chinese",
        "link.zhihu.com link.juejin.cn link.csdn.net gitee.com xie.infoq.cn "
        "link.segmentfault.com links.jianshu.com link.jianshu.com",
        "/[^?]*",
        "target|to|t",
        "link.zhihu.com/?target",
        "leave pages of Chinese communities",
    ),
    Rule(
        "redirect-deviantart",
        "deviantart.com",
        r"/users/outgoing\?(?P<url>https?(?::|%3A).+)",
        "{url!d}",
        "https://www.deviantart.com/users/outgoing?https://example.org/a",
        INNER,
        "leave page of DeviantArt",
    ),
    Rule(
        "redirect-disqus",
        "disq.us",
        r"/(?:url)?\?(?:[^#]*&)?url=(?P<url>https?(?:%3A|:)[^&#]+?)"
        r"(?:(?:%3A|:)(?=[\w-]*[A-Za-z_-])[\w-]+)?(?:&.*)?",
        "{url!d}",
        f"https://disq.us/url?url={_ENCODED}%3AxJk3aBcD9fGhIjKlMnOpQrStUv",
        INNER,
        "Disqus",
    ),
    in_query(
        "redirect-duckduckgo",
        "duckduckgo.com html.duckduckgo.com",
        "/l/?",
        "uddg|u",
        "duckduckgo.com/l/?uddg",
        "DuckDuckGo's result links",
    ),
    in_query(
        "redirect-facebook",
        "facebook.com *.facebook.com l.instagram.com l.messenger.com l.workplace.com "
        "l.threads.com l.threads.net l.wl.co",
        "/(?:l|l\\.php|flx/warn|sharer/sharer\\.php|sharer\\.php)?/?",
        "u",
        "l.facebook.com/l.php?u",
        "Facebook's link shim",
    ),
    in_query(
        "redirect-feedly",
        "feedly.com flipboard.com getpocket.com instapaper.com",
        "/(?:i/)?(?:redirect|save|edit|read|text|entry)?/?",
        "url|u",
        "getpocket.com/redirect?url",
        "reading services",
    ),
    in_query(
        "redirect-google",
        "google.* *.google.com",
        "/(?:url|news/url|imgres|interstitial)",
        "q|url|imgrefurl",
        "www.google.com/url?sa=D&q",
        "Google's result links",
    ),
    in_query(
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
        INNER,
        "referrer hiders",
    ),
    in_query("redirect-hypothesis", "hyp.is", "/go/?", "url", "hyp.is/go?url", "Hypothesis"),
    in_query(
        "redirect-jianshu",
        "jianshu.com",
        "/go-wild/?",
        "url",
        "www.jianshu.com/go-wild?url",
        "leave page of Jianshu",
    ),
    in_query(
        "redirect-linkedin",
        "linkedin.com *.linkedin.com",
        "/(?:safety/go|redir/[\\w-]+|sharing/share-offsite|shareArticle|slink|cws/share"
        "|authwall|uas/login|login|checkpoint/[\\w/-]+)/?",
        "url|sessionRedirect|session_redirect",
        "www.linkedin.com/safety/go?trk=x&url",
        "LinkedIn's link shims",
    ),
    in_query(
        "redirect-medium",
        "medium.com *.medium.com",
        "/(?:r|m/global-identity[\\w-]*|m/signin)/?",
        "url|redirectUrl|redirect",
        "medium.com/r/?url",
        "Medium",
    ),
    Rule(
        "redirect-mozilla",
        "outgoing.prod.mozaws.net",
        r"/v1/[^/?#]+/(?P<url>https?(?::|%3A).+)",
        "{url!d}",
        f"https://outgoing.prod.mozaws.net/v1/0a1b2c/{_ENCODED}",
        INNER,
        "outgoing links of Mozilla's sites",
    ),
    in_query(
        "redirect-oembed",
        "youtube.com vimeo.com soundcloud.com publish.twitter.com publish.x.com embed.bsky.app",
        "/(?:api/)?oembed(?:\\.json)?",
        "url",
        "www.youtube.com/oembed?url",
        "oEmbed",
    ),
    in_query(
        "redirect-oschina",
        "oschina.net *.oschina.net",
        "/action/GoToLink/?",
        "url",
        "www.oschina.net/action/GoToLink?url",
        "leave page of OSChina",
    ),
    in_query(
        "redirect-reddit",
        "out.reddit.com reddit.com *.reddit.com",
        "/(?:submit|media|t3_\\w+)?/?",
        "url",
        "out.reddit.com/t3_abc?url",
        "Reddit's outbound links",
    ),
    in_query(
        "redirect-share",
        "twitter.com x.com bsky.app news.ycombinator.com t.me telegram.me buffer.com mix.com "
        "pinterest.com wa.me",
        "/(?:intent/tweet|intent/post|share|share/url|iv|submitlink|add|offsite|pin/create/[\\w/-]+"
        "|bookmarklet)/?",
        "url|u",
        "twitter.com/intent/tweet?url",
        "share buttons",
    ),
    in_query(
        "redirect-skimlinks",
        "go.skimresources.com go.redirectingat.com redirect.viglink.com exit.sc gate.sc "
        "shop-links.co",
        "/[^?]*",
        "url|u",
        "exit.sc/?url",
        "affiliate and exit links (Brave debounce list names them)",
    ),
    in_query(
        "redirect-slack", "slack-redir.net", "/link", "url", "slack-redir.net/link?url", "Slack"
    ),
    in_query(
        "redirect-steam",
        "steamcommunity.com",
        "/linkfilter/?",
        "url|u",
        "steamcommunity.com/linkfilter/?url",
        "Steam",
    ),
    in_query(
        "redirect-tumblr", "t.umblr.com", "/redirect", "z", "t.umblr.com/redirect?z", "Tumblr"
    ),
    in_query(
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
        INNER,
        "Yahoo's result links",
    ),
    in_query(
        "redirect-youtube",
        "youtube.com",
        "/(?:redirect|attribution_link)",
        "q|u",
        "www.youtube.com/redirect?event=x&q",
        "YouTube's description links",
    ),
)
