"""URL forms of documentation sites, wikis and tools for documents."""

from __future__ import annotations

from crawler.links.rules.rewrite_rule import Rule

_END = r"/?(?:[?#].*)?"
_CONFLUENCE = r"(?P<base>(?:/(?:wiki|confluence))?)"
# Their titles begin with a capital letter, while those of Wiktionary are spelled as the word.
_CAPITALIZED = (
    "*.wikipedia.org *.wikibooks.org *.wikiversity.org *.wikisource.org "
    "*.wikiquote.org *.wikidata.org *.wikimedia.org *.mediawiki.org"
)
_WIKIMEDIA = f"{_CAPITALIZED} *.wiktionary.org"
_TITLE_PATH = r"/(?:wiki|w/index\.php|index\.php|zh-\w+|sr-\w+)/"
# Parameters that show another view or version of one page.
_VIEW = (
    r"(?:(?:wprov|oldformat|useskin|mobileaction|veaction|redirect|oldid|uselang|variant|section"
    r"|printable|stable|stableid|modal|useparsoid|debug|ctype)=[^&#]*"
    r"|action=(?:credits|edit|history|info|purge|raw|render|view))"
)
_NOTION_ID = (
    r"(?P<a>[0-9a-f]{8})-?(?P<b>[0-9a-f]{4})-?(?P<c>[0-9a-f]{4})-?(?P<d>[0-9a-f]{4})"
    r"-?(?P<e>[0-9a-f]{12})"
)

# name, hosts, pattern, rewrite, example, another URL of the same page, source of the rule
DOCUMENTATION: tuple[Rule, ...] = (
    Rule(
        "aws-blog-language",
        "aws.amazon.com",
        r"/(?:ar|cn|de|es|fr|id|it|jp|ko|pt|ru|th|tr|tw|vi)"
        r"(?P<rest>/(?:blogs|builders-library|about-aws|what-is)/[^/]+.*)",
        "aws.amazon.com{rest}",
        "https://aws.amazon.com/de/blogs/architecture/cells/",
        "https://aws.amazon.com/blogs/architecture/cells/",
        "AWS adds the reader's language",
    ),
    Rule(
        "aws-docs-language",
        "docs.aws.amazon.com",
        r"/[a-z]{2}_[a-z]{2}(?P<rest>/.*)",
        "docs.aws.amazon.com{rest}",
        "https://docs.aws.amazon.com/en_us/AmazonS3/latest/userguide/Versioning.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
        "AWS adds the reader's language",
    ),
    Rule(
        "confluence-display",
        "*",
        rf"{_CONFLUENCE}/display/(?P<space>[^/?#]+)/(?P<title>[^/?#]+)"
        r"(?:\?(?:(?:src|focusedCommentId|preview|showComments|pageVersion)=[^&#]*&?)+)?(?:#.*)?",
        "{host}{base}/display/{space}/{title!w}",
        "https://wiki.example.org/display/DEV/Clocks?src=contextnavpagetreemode",
        "https://wiki.example.org/display/DEV/Clocks",
        "Confluence's views of a page",
        "/display/",
    ),
    Rule(
        "confluence-page",
        "*",
        rf"{_CONFLUENCE}/(?:spaces/[^/?#]+/)?pages/viewpage\.action"
        rf"\?(?:[^#]*&)?pageId=(?P<id>\d+)(?:[&#].*)?",
        "{host}{base}/pages/{id}",
        "https://wiki.example.org/pages/viewpage.action?pageId=123&src=contextnavpagetreemode",
        "https://wiki.example.org/pages/viewpage.action?pageId=123",
        "Confluence's page ids",
        "pageId=",
    ),
    Rule(
        "confluence-space",
        "*",
        rf"{_CONFLUENCE}/spaces/~?[\w.-]+/pages/(?P<id>\d{{3,}})(?:/[^?#]*)?{_END}",
        "{host}{base}/pages/{id}",
        "https://ada.atlassian.net/wiki/spaces/DOC/pages/123456/Vector+clocks",
        "https://ada.atlassian.net/wiki/pages/viewpage.action?pageId=123456",
        "Confluence's page ids",
        "/pages/",
    ),
    Rule(
        "confluence-title",
        "*",
        rf"{_CONFLUENCE}/pages/viewpage\.action\?(?:[^#]*&)?spaceKey=(?P<space>[^&#]+)"
        rf"&(?:[^#]*&)?title=(?P<title>[^&#]+)(?:[&#].*)?",
        "{host}{base}/display/{space}/{title!w}",
        "https://cwiki.apache.org/confluence/pages/viewpage.action?spaceKey=KAFKA&title=KIP+Ideas",
        "https://cwiki.apache.org/confluence/display/KAFKA/KIP+Ideas",
        "Confluence's titles",
        "title=",
    ),
    Rule(
        "go-blog",
        "blog.golang.org",
        rf"/(?P<post>[\w-]+){_END}",
        "go.dev/blog/{post}",
        "https://blog.golang.org/pipelines",
        "https://go.dev/blog/pipelines",
        "Go moved its blog in 2021",
    ),
    Rule(
        "go-docs",
        "golang.org",
        r"(?P<rest>/(?:doc|ref|blog|wiki|security)/.*)",
        "go.dev{rest}",
        "https://golang.org/doc/effective_go",
        "https://go.dev/doc/effective_go",
        "Go moved its site in 2021",
    ),
    Rule(
        "go-packages",
        "godoc.org pkg.go.dev",
        rf"/(?P<package>[\w.-]+/[^?#]+?){_END}",
        "pkg.go.dev/{package}",
        "https://godoc.org/golang.org/x/sync/errgroup",
        "https://pkg.go.dev/golang.org/x/sync/errgroup?tab=doc",
        "Go moved its documentation in 2019",
    ),
    Rule(
        "google-cloud-docs",
        "cloud.google.com",
        r"(?P<rest>/(?:[\w-]+/)?docs(?:/[^?#]*)?(?:\?[^#]*)?)(?:#.*)?",
        "docs.cloud.google.com{rest}",
        "https://cloud.google.com/spanner/docs/true-time-external-consistency",
        "https://docs.cloud.google.com/spanner/docs/true-time-external-consistency",
        "Google moved its documentation in 2025",
    ),
    Rule(
        "google-sre-book",
        "landing.google.com",
        rf"/sre/(?P<book>sre-book|workbook)(?:/chapters)?/(?P<chapter>[\w-]+){_END}",
        "sre.google/{book}/{chapter}",
        "https://landing.google.com/sre/workbook/chapters/cells/",
        "https://sre.google/workbook/cells/",
        "Google moved its books on operations",
    ),
    Rule(
        "google-sre-book-first",
        "landing.google.com",
        rf"/sre/book/chapters/(?P<chapter>[\w-]+){_END}",
        "sre.google/sre-book/{chapter}",
        "https://landing.google.com/sre/book/chapters/cells.html",
        "https://sre.google/sre-book/cells/",
        "Google moved its books on operations",
    ),
    Rule(
        "jira-issue",
        "*",
        r"(?P<base>/[\w-]+)?/(?:browse|projects/\w+/issues)/(?P<id>[A-Z][A-Z0-9_]+-\d+)(?:[?#].*)?",
        "{host}{base}/browse/{id}",
        "https://issues.example.org/jira/browse/CELL-12?focusedCommentId=3",
        "https://issues.example.org/jira/projects/CELL/issues/CELL-12",
        "Jira's routes",
        "-",
    ),
    Rule(
        "kubernetes-short",
        "k8s.io",
        r"(?P<rest>/(?:docs|blog)/.*)",
        "kubernetes.io{rest}",
        "https://k8s.io/docs/concepts/architecture/leases/",
        "https://kubernetes.io/docs/concepts/architecture/leases/",
        "the project's short host",
    ),
    Rule(
        "mediawiki-id",
        _WIKIMEDIA,
        r"/(?:wiki/?|w/index\.php|w)?\?(?:[^#]*&)?curid=(?P<id>\d+)(?:[&#].*)?",
        "{host}/?curid={id}",
        "https://en.wikipedia.org/w/index.php?curid=123",
        "https://en.wikipedia.org/wiki?curid=123",
        "MediaWiki's page ids",
    ),
    Rule(
        "mediawiki-index",
        _WIKIMEDIA,
        rf"/(?:w/)?(?:index\.php)?\?(?:{_VIEW}&)*title=(?P<title>[^&#]+)(?:&{_VIEW})*(?:#.*)?",
        "{host}/wiki/{title!q}",
        "https://en.wikipedia.org/w/index.php?title=Vector_clock&oldid=123",
        "https://en.wikipedia.org/wiki/Vector_clock",
        "MediaWiki's routes; an older version is the same article",
    ),
    Rule(
        "mediawiki-title",
        _CAPITALIZED,
        rf"{_TITLE_PATH}(?:_|%20)*(?P<first>[^/?#])(?P<title>[^?#]*?)/?"
        rf"(?:\?{_VIEW}(?:&{_VIEW})*)?(?:#.*)?",
        "{host}/wiki/{first!u}{title!s}",
        "https://en.wikipedia.org/wiki/vector%20clock?wprov=sfla1#Use",
        "https://en.wikipedia.org/wiki/Vector_clock",
        "MediaWiki's titles",
    ),
    Rule(
        "mediawiki-word",
        "*.wiktionary.org",
        rf"{_TITLE_PATH}(?P<title>[^?#]+?)/?(?:\?{_VIEW}(?:&{_VIEW})*)?(?:#.*)?",
        "{host}/wiki/{title!s}",
        "https://en.wiktionary.org/wiki/vector%20clock?wprov=sfla1#English",
        "https://en.wiktionary.org/wiki/vector_clock",
        "Wiktionary's titles ($wgCapitalLinks is false)",
    ),
    Rule(
        "notion-page",
        "notion.so *.notion.so notion.com *.notion.site app.notion.com",
        rf"/(?:[^?#]*[/-])?{_NOTION_ID}(?!\?(?:[^#]*&)?p=[0-9a-f]{{8}}){_END}",
        "notion.so/{a}{b}{c}{d}{e}",
        "https://ada.notion.site/Cells-0123456789abcdef0123456789abcdef?pvs=4",
        "https://www.notion.so/01234567-89ab-cdef-0123-456789abcdef",
        "a Notion page is its id",
    ),
    Rule(
        "notion-peek",
        "notion.so *.notion.so notion.com *.notion.site app.notion.com",
        rf"/[^?#]*\?(?:[^#]*&)?p={_NOTION_ID}(?:[&#].*)?",
        "notion.so/{a}{b}{c}{d}{e}",
        "https://www.notion.so/ada/fedcba9876543210fedcba9876543210"
        "?p=0123456789abcdef0123456789abcdef&pm=s",
        "https://www.notion.so/0123456789abcdef0123456789abcdef",
        "a page that is opened next to another one",
    ),
    Rule(
        "pypi-former",
        "pypi.python.org",
        rf"/pypi/(?P<name>[\w.-]+){_END}",
        "pypi.org/project/{name}",
        "https://pypi.python.org/pypi/cells",
        "https://pypi.org/project/cells/",
        "the former host of PyPI",
    ),
    Rule(
        "readthedocs-host",
        "*.rtfd.io *.rtfd.org *.readthedocs.org",
        r"(?P<rest>/.*)",
        "{label}.readthedocs.io{rest}",
        "https://cells.rtfd.io/en/latest/",
        "https://cells.readthedocs.io/en/latest/",
        "former hosts of Read the Docs",
    ),
    Rule(
        "techcommunity",
        "techcommunity.microsoft.com",
        r"/(?:t5/[^?#]*?/(?:ba-p|td-p|m-p)/|(?:blog|discussions)/[^?#]*/)(?P<id>\d{5,9})"
        r"(?:[/?#].*)?",
        "techcommunity.microsoft.com/{id}",
        "https://techcommunity.microsoft.com/t5/azure-blog/cells-in-azure/ba-p/1234567",
        "https://techcommunity.microsoft.com/blog/azureblog/cells-in-azure/1234567",
        "Microsoft moved its community in 2024",
    ),
    Rule(
        "wikipedia-mobile",
        "*.m.wikipedia.org *.m.wiktionary.org *.m.wikibooks.org",
        r"(?P<rest>/.*)",
        "{label}.{site}{rest}",
        "https://en.m.wikipedia.org/wiki/Vector_clock",
        "https://en.wikipedia.org/wiki/Vector_clock",
        "Wikipedia's mobile hosts",
    ),
    Rule(
        "wikipedia-reader",
        "wikiwand.com",
        rf"/(?P<language>[a-z]{{2,3}})/(?:articles/)?(?P<title>[^?#]+?){_END}",
        "{language}.wikipedia.org/wiki/{title}",
        "https://www.wikiwand.com/en/articles/Vector_clock",
        "https://en.wikipedia.org/wiki/Vector_clock",
        "Wikiwand routes",
    ),
    Rule(
        "wikipedia-without-language",
        "wikipedia.org",
        r"(?P<rest>/wiki/.+)",
        "en.wikipedia.org{rest}",
        "https://www.wikipedia.org/wiki/Vector_clock",
        "https://en.wikipedia.org/wiki/Vector_clock",
        "Wikipedia redirects to the English one",
    ),
)
