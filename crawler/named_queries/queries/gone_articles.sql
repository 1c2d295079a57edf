-- title: Unavailable, moved or changed articles
-- description: The state of each article, since when, and the evidence.
-- group: data quality

SELECT
    a.id AS article_id, l.title, a.host, a.state, a.state_since, a.state_evidence,
    a.last_checked, a.url
FROM articles a
JOIN article_list l ON l.id = a.id
WHERE a.state NOT IN ('ok', 'new')
ORDER BY a.state_since DESC, a.id
