-- title: Links that died in a month
-- description: Gone, parked, taken over or unreachable pages, with a search for copies near the first share.
-- group: data quality
-- summary: {articles:link} of {sites:site} died in {month}.
-- columns: title, host, state, state_since, state_evidence, archive_search, own_copy, sharers
-- feed: title=title url=url at=state_since

SELECT
    l.title, a.host, a.state, a.state_since, a.state_evidence,
    'https://web.archive.org/web/'
    || replace(substr(coalesce(l.first_shared, l.first_seen), 1, 10), '-', '')
    || '/' || a.url AS archive_search,
    l.sharers, a.archive_at AS own_copy, l.topics, a.id AS article_id, a.url
FROM (
    SELECT id FROM articles
    WHERE state IN ('gone', 'hijacked', 'parked', 'unreachable')
        AND state_since >= :month AND state_since < :month || '-99'
    ORDER BY state_since DESC, id DESC LIMIT 1001
) dead
JOIN articles a ON a.id = dead.id
JOIN article_list l ON l.id = dead.id
ORDER BY a.state_since DESC, a.id DESC
LIMIT 1000

-- summary SQL
SELECT count(*) AS articles, count(DISTINCT host) AS sites
FROM articles
WHERE state IN ('gone', 'hijacked', 'parked', 'unreachable')
    AND state_since >= :month AND state_since < :month || '-99'
