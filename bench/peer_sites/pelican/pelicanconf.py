"""Settings of Pelican: the pages that Hashtrail and the other generators also write."""

import json

SITENAME = "Bench"
SITEURL = "https://site.example"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
PATH = "content"
OUTPUT_PATH = "output"
THEME = "theme"
ARTICLE_PATHS = ["a"]
PAGE_PATHS = []
STATIC_PATHS = []
ARTICLE_URL = "a/{slug}/"
ARTICLE_SAVE_AS = "a/{slug}/index.html"
TAG_URL = "t/{slug}/"
TAG_SAVE_AS = "t/{slug}/index.html"
TAGS_SAVE_AS = "t/index.html"
AUTHOR_SAVE_AS = AUTHORS_SAVE_AS = CATEGORY_SAVE_AS = CATEGORIES_SAVE_AS = ARCHIVES_SAVE_AS = ""
DIRECT_TEMPLATES = ["index", "tags", "sitemap"]
SITEMAP_SAVE_AS = "sitemap.xml"
PAGINATED_TEMPLATES = {"tag": 25}
DEFAULT_PAGINATION = 25
PAGINATION_PATTERNS = (
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
)
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
TRANSLATION_FEED_ATOM = None
TAG_FEED_ATOM = "t/{slug}/feed.xml"
FEED_MAX_ITEMS = 20
RSS_FEED_SUMMARY_ONLY = True
DEFAULT_CATEGORY = "all"
SUMMARY_MAX_LENGTH = None
SLUGIFY_SOURCE = "basename"
JINJA_FILTERS = {"fromjson": json.loads}
