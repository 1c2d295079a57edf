"""Variants of URLs on any host: default documents, AMP and print views, Medium, Mastodon."""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import NOT_IN_UUID, Rule

# All hosts except those where `/amp` or `.html` at the end of a path can be part of a name.
_SAFE_HOSTS = (
    "* -*.github.com -*.githubusercontent.com -*.gitlab.com -*.codeberg.org -*.bitbucket.org "
    "-*.wikipedia.org"
    " -*.docker.com -*.huggingface.co"
)

# References have pages for the names of commands, functions and packages: `Window/print`, `x/amp`.
_NO_REFERENCES = (
    f"{_SAFE_HOSTS} -developer.* -docs.* -learn.microsoft.com -*.wiktionary.org -api.* -man.* "
    "-crates.io -*.docs.rs -lib.rs -npmjs.com -*.pkg.go.dev -pypi.org -*.readthedocs.io "
    "-rubygems.org -w3schools.com -hexdocs.pm -devdocs.io -linux.die.net -man7.org -ss64.com"
)
_NAMES = (
    r"(?![^?#]*/(?:tags?|topics?|labels?|categor(?:y|ies)|docs?|documentation|manuals?|man"
    r"|references?|api|wiki|commands?|functions?|packages?|projects?|modules?|crates?|library"
    r"|stdlib|glossary|dictionary|define|products?|search|users?|authors?)/)"
)
_SLUG = r"[^/?#_-]+(?:[-_]+[^/?#_-]+){2,}[-_]*"
_DATED = r"(?:19|20)\d\d(?:[/-]\d{1,2}){0,2}/[^/?#]+"
# The path of an article: it ends in a slug of three or more words, a date with a name, or a number.
_ARTICLE = rf"(?P<path>{_NAMES}/(?:[^?#]*/)?(?:{_SLUG}|{_DATED}|(?:[^/?#]*-)?\d{{5,}}))"

# Three words of letters, which an id alone or the name of a file rarely has.
_WORD = r"(?:[A-Za-z]|%[C-F][0-9A-F](?:%[89AB][0-9A-F])+){2,}-"
_WORDS = rf"(?>(?:(?:(?!{_WORD})[^/?#-]*-)*{_WORD}){{3}})(?:[^/?#-]*-)*"
_MEDIUM_ID = r"(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{12}"

FORMS: tuple[Rule, ...] = (
    Rule(
        "amp-file",
        _SAFE_HOSTS,
        r"(?P<path>/[^?#]*[^/?#])\.amp\.html?(?P<rest>[?#].*)?",
        "{host}{path}{rest}",
        "https://example.org/news/clocks.amp.html",
        "https://example.org/news/clocks",
        "AMP of Drupal and static site generators",
        ".amp.",
    ),
    Rule(
        "amp-path",
        _NO_REFERENCES,
        rf"{_ARTICLE}(?:/amp(?:\.html?)?|\.amp)/?(?P<rest>[?#].*)?",
        "{host}{path}{rest}",
        "https://example.org/why-clocks-drift/amp/",
        "https://example.org/why-clocks-drift/",
        "AMP of WordPress and Arc; elsewhere the page declares its canonical URL",
        "amp",
    ),
    Rule(
        "amp-plugin",
        _NO_REFERENCES,
        rf"{_NAMES}(?!/[a-z]{{2}}-[A-Za-z]{{2}}/)(?P<path>/(?:[^/?#]|[^/?#-]+-[^/?#]+))/amp/"
        r"(?P<rest>[?#].*)?",
        "{host}{path}{rest}",
        "https://example.org/quorum-leases/amp/",
        "https://example.org/quorum-leases/",
        "AMP of WordPress, whose URLs end in a slash, below a name of two words or one letter",
        "/amp/",
    ),
    Rule(
        "amp-prefix",
        _NO_REFERENCES,
        # Only the first /amp/ is tried: the part after a later one is an end of the part after it.
        rf"{_NAMES}(?P<before>(?>/[^?#]*?(?=/amp/)))?"
        r"/amp/(?P<path>(?=[^?#]*(?:\w-\w+-\w|\d{5}))[^?#]+)(?P<rest>[?#].*)?",
        "{host}{before}/{path}{rest}",
        "https://example.org/amp/why-clocks-drift",
        "https://example.org/why-clocks-drift",
        "AMP of newspapers",
        "/amp/",
    ),
    Rule(
        "blogger-mobile",
        "*",
        r"(?P<path>/(?:19|20)\d\d/\d\d/[^?#]*)\?m=[01](?:#.*)?",
        "{host}{path}",
        "https://example.org/2015/02/clocks.html?m=1",
        "https://example.org/2015/02/clocks.html",
        "Blogger's mobile view, also on its authors' hosts",
        "?m=",
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
        ".",
    ),
    Rule(
        "html-suffix",
        _SAFE_HOSTS,
        r"(?P<path>/[^?#]*[^/?#])\.x?html?(?P<rest>[?#].*)?",
        "{host}{path}{rest}",
        "https://example.org/2020/code.html",
        "https://example.org/2020/code",
        "static site generators serve both",
        "htm",
    ),
    Rule(
        "mastodon-activity",
        "*",
        r"/users/(?P<user>[\w.]+)/statuses/(?P<id>\d{15,20})(?:/(?:activity|embed))?(?:[?#].*)?",
        "{host}/@{user}/{id}",
        "https://social.example/users/ada/statuses/112233445566778899",
        "https://social.example/@ada/112233445566778899",
        "Mastodon's routes",
        "/statuses/",
    ),
    Rule(
        "mastodon-embed",
        "*",
        r"(?P<post>/@[\w.]+(?:@[\w.-]+)?/\d{15,20})/embed(?:[?#].*)?",
        "{host}{post}",
        "https://social.example/@ada/112233445566778899/embed",
        "https://social.example/@ada/112233445566778899",
        "Mastodon's routes",
        "/embed",
    ),
    Rule(
        "mastodon-web",
        "*",
        r"/(?:web|deck)/(?P<user>@[\w.]+(?:@[\w.-]+)?)/(?P<id>\d{15,20})(?:/embed)?(?:[?#].*)?",
        "{host}/{user}/{id}",
        "https://social.example/deck/@ada/112233445566778899",
        "https://social.example/@ada/112233445566778899",
        "Mastodon's routes",
        "/@",
    ),
    Rule(
        "medium-custom-host",
        "*",
        rf"/(?:[\w-]+/)?{_WORDS}{NOT_IN_UUID}(?P<id>{_MEDIUM_ID})(?:[?#].*)?",
        "medium.com/p/{id}",
        "https://tech.example.com/why-clocks-drift-1a2b3c4d5e6f",
        "https://medium.com/p/1a2b3c4d5e6f",
        "a Medium post keeps its id on every host",
        "-",
    ),
    Rule(
        "print-docsy",
        "*",
        r"(?P<path>/[^?#]+?)/_print/?(?P<rest>[?#].*)?",
        "{host}{path}{rest}",
        "https://example.org/docs/setup/_print/",
        "https://example.org/docs/setup/",
        "Docsy, the theme of the Kubernetes documentation",
        "/_print",
    ),
    Rule(
        "print-path",
        _NO_REFERENCES,
        rf"{_ARTICLE}/(?:print|printable|print-view|printview)/?(?P<rest>[?#].*)?",
        "{host}{path}{rest}",
        "https://example.org/2024/05/clocks/print/",
        "https://example.org/2024/05/clocks",
        "print views of content systems; elsewhere the page declares its canonical URL",
        "/print",
    ),
    Rule(
        "session-asp",
        "*",
        r"(?P<before>(?:/[^?#]*)?)/\([A-Z]\([a-z0-9]{20,30}\)\)(?P<after>/.*)",
        "{host}{before}{after}",
        "https://example.org/(S(abcdefghijklmnopqrstuvwx))/a.aspx",
        "https://example.org/a.aspx",
        "sessions of ASP.NET without cookies",
        "/(",
    ),
    Rule(
        "session-path",
        "*",
        r"(?P<path>/[^?#;]*);(?i:(?:jsessionid|phpsessid)=[^/?#]*|(?:sessionid|sid)=[a-z0-9]{16,})"
        r"(?P<rest>.*)",
        "{host}{path}{rest}",
        "https://example.org/a;jsessionid=12AB?x=1",
        "https://example.org/a?x=1",
        "Java servlets",
        ";",
    ),
    Rule(
        "tracking-in-path",
        "*",
        r"(?P<path>/[^?#]*?)/?(?:%3[Ff]|&|%26)utm_[a-z]+(?:=|%3D).*",
        "{host}{path}",
        "https://example.org/a&utm_source=x",
        "https://example.org/a",
        "campaign parameters after an escaped or missing question mark",
        "utm_",
    ),
    Rule(
        "wordpress-comment-page",
        _NO_REFERENCES,
        rf"{_ARTICLE}/comment-page-\d+/?(?P<rest>[?#].*)?",
        "{host}{path}{rest}",
        "https://example.org/why-clocks-drift/comment-page-2/#comment-7",
        "https://example.org/why-clocks-drift/",
        "WordPress routes",
        "/comment-page-",
    ),
    Rule(
        "wordpress-embed",
        _NO_REFERENCES,
        rf"{_ARTICLE}/embed/?(?P<rest>[?#].*)?",
        "{host}{path}{rest}",
        "https://example.org/why-clocks-drift/embed/",
        "https://example.org/why-clocks-drift/",
        "WordPress routes",
        "/embed",
    ),
    Rule(
        "wordpress-feed",
        _NO_REFERENCES,
        r"(?P<path>(?:/[^?#]*)?/(?:19|20)\d\d/\d\d/(?:\d\d/)?(?=[^/?#]*[A-Za-z])[^/?#]+)"
        r"/feed(?:/(?:atom|rdf|rss2?))?/?(?:[?#].*)?",
        "{host}{path}",
        "https://example.org/2024/05/clocks/feed/",
        "https://example.org/2024/05/clocks/",
        "the feed of the comments on an article",
        "/feed",
    ),
    Rule(
        "wordpress-trackback",
        _NO_REFERENCES,
        rf"{_ARTICLE}/trackback/?(?P<rest>[?#].*)?",
        "{host}{path}{rest}",
        "https://example.org/why-clocks-drift/trackback/",
        "https://example.org/why-clocks-drift/",
        "WordPress routes",
        "/trackback",
    ),
)
