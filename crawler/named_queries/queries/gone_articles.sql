-- title: Unavailable, moved or changed articles
-- description: The state of each article, since when, and the evidence.
-- group: data quality
-- summary: {articles:article}: {gone} gone, {moved} moved, {blocked} blocked, {others} in another state.
-- columns: title, host, state, state_since, state_evidence, last_checked
-- feed: title=title url=url at=state_since

SELECT
    l.title, a.host, a.state, a.state_since, a.state_evidence, a.last_checked,
    a.id AS article_id, a.url
FROM (
    SELECT id FROM articles
    WHERE state IN (
        'blocked', 'changed', 'gone', 'hijacked', 'moved', 'parked', 'unreachable', 'unreadable'
    )
    ORDER BY state_since DESC, id DESC LIMIT 201
) changed
JOIN articles a ON a.id = changed.id
JOIN article_list l ON l.id = changed.id
ORDER BY a.state_since DESC, a.id DESC
LIMIT 200

-- summary SQL
SELECT
    count(*) AS articles, coalesce(sum(state = 'gone'), 0) AS gone,
    coalesce(sum(state = 'moved'), 0) AS moved, coalesce(sum(state = 'blocked'), 0) AS blocked,
    coalesce(sum(state NOT IN ('blocked', 'gone', 'moved')), 0) AS others
FROM articles
WHERE state IN (
    'blocked', 'changed', 'gone', 'hijacked', 'moved', 'parked', 'unreachable', 'unreadable'
)
