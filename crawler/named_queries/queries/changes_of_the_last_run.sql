-- title: What did the last run change?
-- description: New articles and changed states and topics since the last crawl began.
-- group: data quality
-- summary: {changes:change} since {since}: {added:new article}, {states:new state}, {topics:changed topic}, {others:merge or split|merges and splits}.
-- columns: title, change, detail, host, at
-- feed: title=title url=url at=at

SELECT
    l.title, replace(c.change, '-', ' ') AS change,
    replace(c.detail, ' ', ' → ') AS detail, l.host, c.at, l.id AS article_id, l.url,
    c.id AS change_id
FROM article_changes c
JOIN article_list l ON l.id = c.article_id
WHERE c.at >= (SELECT max(started) FROM runs WHERE command IN ('nightly', 'crawl'))
UNION ALL
SELECT l.title, 'new article', l.topics, l.host, l.first_seen, l.id, l.url, 0
FROM article_list l
WHERE l.first_seen >= (SELECT max(started) FROM runs WHERE command IN ('nightly', 'crawl'))
ORDER BY change, title, article_id, change_id
LIMIT 1000

-- summary SQL
SELECT
    added + states + topics + others AS changes, added, states, topics, others,
    (SELECT max(started) FROM runs WHERE command IN ('nightly', 'crawl')) AS since
FROM (
    SELECT
        (
            SELECT count(*) FROM article_list
            WHERE first_seen >= (SELECT max(started) FROM runs WHERE command IN ('nightly', 'crawl'))
        ) AS added,
        coalesce(sum(c.change = 'state'), 0) AS states,
        coalesce(sum(c.change IN ('topic-added', 'topic-removed')), 0) AS topics,
        coalesce(sum(c.change IN ('merged', 'split')), 0) AS others
    FROM article_changes c
    JOIN article_list l ON l.id = c.article_id
    WHERE c.at >= (SELECT max(started) FROM runs WHERE command IN ('nightly', 'crawl'))
)
