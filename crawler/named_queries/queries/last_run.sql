-- title: Articles from the last run
-- description: Articles first seen since the last crawl began, most shared first.
-- group: data quality
-- summary: {articles:article} from {sites:site} first seen since {since}.
-- columns: title, host, kind, state, shares, topics
-- feed: title=title url=url at=first_seen
-- formerly: last_night

SELECT title, host, kind, state, shares, topics, first_seen, id AS article_id, url
FROM article_list
WHERE first_seen >= (SELECT max(started) FROM runs WHERE command IN ('nightly', 'crawl'))
ORDER BY shares DESC, id
LIMIT 1000

-- summary SQL
SELECT
    count(*) AS articles, count(DISTINCT host) AS sites,
    (SELECT max(started) FROM runs WHERE command IN ('nightly', 'crawl')) AS since
FROM article_list
WHERE first_seen >= (SELECT max(started) FROM runs WHERE command IN ('nightly', 'crawl'))
