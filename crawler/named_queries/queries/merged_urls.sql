-- title: Copies and other URLs of articles
-- description: URLs that were joined with an article, except the posted ones, newest first.
-- group: data quality
-- summary: {urls:URL}: {redirects} by redirect, {canonical} by canonical link, {copies} by equal text, {others} by a rule or the curator.
-- columns: title, other_url, reason, evidence, added_at, host

SELECT
    l.title, x.url AS other_url, x.reason, x.evidence, x.added_at, l.host,
    l.id AS article_id, l.url, x.id AS alias_id
FROM aliases x
JOIN article_list l ON l.id = x.article_id
WHERE x.reason <> 'as-posted'
ORDER BY x.id DESC
LIMIT 1000

-- summary SQL
SELECT
    count(*) AS urls, coalesce(sum(reason = 'redirect'), 0) AS redirects,
    coalesce(sum(reason = 'canonical'), 0) AS canonical,
    coalesce(sum(reason = 'text-match'), 0) AS copies,
    coalesce(sum(reason NOT IN ('redirect', 'canonical', 'text-match')), 0) AS others
FROM aliases
WHERE reason <> 'as-posted'
