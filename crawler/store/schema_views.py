"""The views of the schema: the publishable parts of posts, authors and articles, and the lists."""

from __future__ import annotations

LEVELS = ("nothing", "link-only", "reference", "full")
"""How much of a post may be shown, from least to most; `publishable_posts` leaves out the first."""

SHOWS = ("nothing", "title", "excerpt")
"""How much of an article may be shown; `publishable_articles` leaves out the first."""

_LEVEL = """CASE
        WHEN p.deleted_at IS NOT NULL OR p.hidden <> 0 THEN 'nothing'
        WHEN EXISTS (SELECT 1 FROM unconfirmed_posts u WHERE u.post_id = p.id) THEN 'nothing'
        WHEN p.visibility NOT IN ('public', 'unlisted') THEN 'nothing'
        WHEN 'none' IN (p.consent, COALESCE(a.consent, 'full')) THEN 'nothing'
        WHEN 'link-only' IN (p.consent, COALESCE(a.consent, 'full')) OR p.sensitive <> 0
            THEN 'link-only'
        WHEN 'reference' IN (p.consent, COALESCE(a.consent, 'full')) THEN 'reference'
        WHEN p.consent = 'full' AND COALESCE(a.consent, 'full') = 'full' THEN 'full'
        ELSE 'nothing' END"""

_FIRST_PARAGRAPH = "substr(text, 1, min(300, instr(text || char(10, 10), char(10, 10)) - 1))"

# The author of a reduced post is counted by number, but only if no row names that number:
# a name would connect the person with a post that must not be connected with them.
# CAST keeps the affinity of a column: visitors' parameters are text (SQLite datatypes, 3.2).
# A page is shown by its title alone if it asks not to be indexed, quoted or stored, or if it was
# read once and refuses us now: robots.txt, HTTP 451 (RFC 7725), or three refusals on end. An
# article that was never read has an excerpt only if its own feed or a link preview provides one.
# The text of a feed entry is the article itself: only its title is a post, which its card repeats.
_POSTS = f"""
CREATE VIEW unquotable_articles AS
SELECT id FROM articles
WHERE json_extract(directives, '$.noindex') OR json_extract(directives, '$.nosnippet')
   OR json_extract(directives, '$.noarchive') OR json_extract(directives, '$.max_snippet') = 0
   OR (content_hash <> '' AND (state = 'blocked' OR last_outcome IN ('blocked_robots', 'legal')));
CREATE VIEW publishable_posts AS
SELECT id, level, network, COALESCE(published, seen_at) AS shared, published, seen_at,
       CASE WHEN level IN ('full', 'reference') THEN url ELSE '' END AS url,
       CASE level WHEN 'full' THEN uri ELSE 'urn:hashtrail:post:' || id END AS uri,
       CAST(CASE WHEN level = 'full' OR author_consent <> 'full' THEN author_id END AS INTEGER)
           AS author_id,
       CASE level WHEN 'full' THEN author_name ELSE '' END AS author_name,
       CASE level WHEN 'full' THEN author_handle ELSE '' END AS author_handle,
       CASE WHEN level <> 'full' THEN ''
            WHEN network NOT IN ('devto', 'feed') THEN text
            WHEN EXISTS (
                SELECT 1 FROM links JOIN unquotable_articles u ON u.id = links.article_id
                WHERE links.post_id = p.id
            ) THEN ''
            WHEN EXISTS (SELECT 1 FROM links WHERE links.post_id = p.id) AND NOT EXISTS (
                SELECT 1 FROM cards c WHERE c.post_id = p.id AND c.title <> ''
                AND substr(p.text, 1, length(c.title)) = c.title
            ) THEN ''
            ELSE {_FIRST_PARAGRAPH} END AS text,
       CASE level WHEN 'full' THEN language ELSE '' END AS language,
       CASE level WHEN 'full' THEN thread_key END AS thread_key,
       CAST(CASE level WHEN 'full' THEN thread_position END AS INTEGER) AS thread_position,
       CAST(CASE level WHEN 'full' THEN similar_to END AS INTEGER) AS similar_to
FROM (
    SELECT p.*, a.name AS author_name, a.handle AS author_handle, a.consent AS author_consent,
           {_LEVEL} AS level
    FROM posts p LEFT JOIN authors a ON a.id = p.author_id
) p WHERE level <> 'nothing';
"""  # noqa: S608

_AUTHORS = """
CREATE VIEW publishable_authors AS
SELECT id, network, handle, name, url FROM authors WHERE consent = 'full' AND handle <> '';
"""

# An article that was shared in private only is not shown.
ARTICLES = """
CREATE VIEW publishable_articles AS
SELECT a.id, a.state,
       CASE WHEN EXISTS (SELECT 1 FROM unquotable_articles u WHERE u.id = a.id)
            THEN 'title' ELSE 'excerpt' END AS shows
FROM articles a
WHERE a.hidden = 0 AND NOT (
    EXISTS (
        SELECT 1 FROM links l JOIN posts p ON p.id = l.post_id
        WHERE l.article_id = a.id AND p.visibility NOT IN ('public', 'unlisted')
    ) AND NOT EXISTS (
        SELECT 1 FROM links l JOIN publishable_posts p ON p.id = l.post_id WHERE l.article_id = a.id
    )
);
"""
"""The view of articles that may be shown."""

# A card repeats words of its article. It shows them where the excerpt of the article has them.
_CARDS = """
CREATE VIEW publishable_cards AS
SELECT id, post_id, link_id, title, site_name, published, about AS article_id,
       CASE WHEN about IS NULL THEN description
            WHEN about IN (SELECT id FROM unquotable_articles) THEN ''
            WHEN EXISTS (
                SELECT 1 FROM articles a WHERE a.id = about AND instr(a.summary, c.description)
            ) THEN description
            ELSE '' END AS description
FROM (
    SELECT c.*, COALESCE(l.article_id, c.article_id) AS about
    FROM cards c LEFT JOIN links l ON l.id = c.link_id
) c WHERE about IS NULL OR about IN (SELECT id FROM publishable_articles);
"""

# `consent`: the level at which the post may be shown. `listed`: more than a weak topic,
# and a visible share to date it by: else hiding a post would make an old article the newest.
# `week`: ISO 8601. An article that was not read yet is called as a card under a post calls it.
_SHARES = """
CREATE VIEW shares AS
SELECT l.article_id, p.id AS post_id, p.author_id, p.network, p.shared, p.published, p.seen_at,
       p.url AS post_url, p.text, p.author_name, p.author_handle, p.level AS consent, p.similar_to,
       l.url AS url_as_written
FROM (
    SELECT article_id, post_id, MIN(url) AS url FROM (
        SELECT article_id, post_id, url FROM links WHERE article_id IS NOT NULL
        UNION ALL
        SELECT article_id, post_id, '' FROM cards WHERE article_id IS NOT NULL AND link_id IS NULL
    ) GROUP BY article_id, post_id
) l JOIN publishable_posts p ON p.id = l.post_id;
"""

SHOWN_TITLE = """COALESCE(NULLIF(a.title, ''), (
               SELECT MIN(c.title) FROM cards c JOIN publishable_posts p ON p.id = c.post_id
               WHERE c.article_id = a.id AND p.level <> 'link-only'), '')"""
"""The title of the article `a` that readers see."""

SHOWN_SUMMARY = "CASE may.shows WHEN 'excerpt' THEN a.summary ELSE '' END"
"""Its summary that readers see; `may` is its row of `publishable_articles`."""

FIRST_SHARED = """(SELECT MIN(shared) FROM publishable_posts WHERE id IN (
    SELECT post_id FROM links WHERE article_id = a.id
    UNION SELECT post_id FROM cards WHERE article_id = a.id AND link_id IS NULL))"""
"""The earliest time in `shares` of the article `a`, found by index; NULL without a share."""

ARTICLE_LIST = f"""
CREATE VIEW article_list AS
SELECT *, strftime('%Y-', date(first_shared, '-3 days', 'weekday 4')) || 'W' ||
       printf('%02d', (strftime('%j', date(first_shared, '-3 days', 'weekday 4')) - 1) / 7 + 1)
       AS week,
       CAST(substr(COALESCE(published, first_shared, first_seen), 1, 4) AS INTEGER) AS year
FROM (
    SELECT a.id, a.url, {SHOWN_TITLE} AS title,
           a.site_name, a.host, a.kind, a.published, a.first_seen, a.last_checked, a.state,
           a.language, {SHOWN_SUMMARY} AS summary,
           a.word_count, a.rank, a.story_id, COALESCE(s.shares, 0) AS shares,
           COALESCE(s.sharers, 0) AS sharers, s.first_shared, COALESCE(t.topics, '[]') AS topics,
           COALESCE(t.listed AND s.first_shared IS NOT NULL, 0) AS listed
    FROM articles a JOIN publishable_articles may ON may.id = a.id
    LEFT JOIN (
        SELECT article_id, COUNT(*) AS shares,
               COUNT(DISTINCT COALESCE(author_id, -post_id)) AS sharers, MIN(shared) AS first_shared
        FROM shares GROUP BY article_id
    ) s ON s.article_id = a.id
    LEFT JOIN (
        SELECT subject_id, json_group_array(topic) AS topics, MAX(confidence <> 'weak') AS listed
        FROM (
            SELECT subject_id, topic, confidence FROM taggings
            WHERE subject_kind = 'article' ORDER BY subject_id, score DESC, topic
        ) GROUP BY subject_id
    ) t ON t.subject_id = a.id
);
"""  # noqa: S608
"""The view of articles with topics and shares."""

ACTIVITY = """
CREATE VIEW topic_activity AS
SELECT t.topic, l.week, COUNT(*) AS articles, SUM(l.shares) AS shares
FROM taggings t JOIN article_list l ON l.id = t.subject_id
WHERE l.listed AND t.subject_kind = 'article' AND t.confidence <> 'weak' GROUP BY 1, 2;
"""

VIEWS = _POSTS + _AUTHORS + ARTICLES + _CARDS + _SHARES + ARTICLE_LIST + ACTIVITY
"""Every view as a script of CREATE statements, in an order in which each finds those it uses."""

VIEW_NAMES = (
    "topic_activity",
    "article_list",
    "shares",
    "publishable_cards",
    "publishable_articles",
    "publishable_authors",
    "publishable_posts",
    "unquotable_articles",
)
"""Their names, in an order in which they can be dropped."""
