"""Variants of URLs on any host: default documents, AMP and print views, Medium, Mastodon."""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import Rule

# All hosts except those where `/amp` or `.html` at the end of a path can be part of a name.
_SAFE_HOSTS = (
    "* -*.github.com -*.githubusercontent.com -*.gitlab.com -*.codeberg.org -*.bitbucket.org "
    "-*.wikipedia.org"
    " -*.docker.com -*.huggingface.co"
)

FORMS: tuple[Rule, ...] = (
    Rule(
        "amp-path",
        _SAFE_HOSTS,
        r"(?P<path>/[^?#]+?)(?:/amp|\.amp)(?:\.html?)?/?(?P<rest>[?#].*)?",
        "{host}{path}{rest}",
        "https://example.org/a/amp/",
        "https://example.org/a/",
        "AMP of WordPress and Arc",
    ),
    Rule(
        "amp-prefix",
        _SAFE_HOSTS,
        r"(?P<before>/[^?#]*?)?/amp/(?P<path>(?=[^?#]*(?:\w+-\w+-\w+"
        r"|\d{5,}))[^?#]+)(?P<rest>[?#].*)?",
        "{host}{before}/{path}{rest}",
        "https://example.org/amp/why-clocks-drift",
        "https://example.org/why-clocks-drift",
        "AMP of newspapers",
    ),
    Rule(
        "default-page",
        _SAFE_HOSTS,
        r"(?P<path>/(?:[^?#]*/)?)(?:index|default)\.(?:html?|xhtml|shtml|php\d?|aspx?|jsp|cfm"
        r"|cgi|md)(?P<rest>[?#].*)?",
        "{host}{path}{rest}",
        "https://example.org/docs/index.html",
        "https://example.org/docs/",
        "default documents of web servers",
    ),
    Rule(
        "html-suffix",
        _SAFE_HOSTS,
        r"(?P<path>/[^?#]*[^/?#])\.x?html?(?P<rest>[?#].*)?",
        "{host}{path}{rest}",
        "https://example.org/2020/code.html",
        "https://example.org/2020/code",
        "static site generators serve both",
    ),
    Rule(
        "mastodon-activity",
        "*",
        r"/users/(?P<user>[\w.]+)/statuses/(?P<id>\d{15,20})(?:/(?:activity|embed))?(?:[?#].*)?",
        "{host}/@{user}/{id}",
        "https://social.example/users/ada/statuses/112233445566778899",
        "https://social.example/@ada/112233445566778899",
        "Mastodon's routes",
    ),
    Rule(
        "mastodon-web",
        "*",
        r"/(?:web|deck)/(?P<user>@[\w.]+(?:@[\w.-]+)?)/(?P<id>\d{15,20})(?:/embed)?(?:[?#].*)?",
        "{host}/{user}/{id}",
        "https://social.example/deck/@ada/112233445566778899",
        "https://social.example/@ada/112233445566778899",
        "Mastodon's routes",
    ),
    Rule(
        "medium-custom-host",
        "*",
        r"/(?:[\w-]+/)?[^/?#]*-(?P<id>(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{12})(?:[?#].*)?",
        "medium.com/p/{id}",
        "https://tech.example.com/why-clocks-drift-1a2b3c4d5e6f",
        "https://medium.com/p/1a2b3c4d5e6f",
        "a Medium post keeps its id on every host",
    ),
    Rule(
        "print-path",
        _SAFE_HOSTS,
        r"(?P<path>/[^?#]+?)/(?:print|printable|print-view|printview"
        r"|mobile-view)/?(?P<rest>[?#].*)?",
        "{host}{path}{rest}",
        "https://example.org/a/print/",
        "https://example.org/a",
        "print views of content systems",
    ),
    Rule(
        "session-path",
        "*",
        r"(?P<path>/[^?#;]*);(?i:jsessionid|phpsessid|sessionid|sid)=[^/?#]*(?P<rest>.*)",
        "{host}{path}{rest}",
        "https://example.org/a;jsessionid=12AB?x=1",
        "https://example.org/a?x=1",
        "Java servlets",
    ),
)
