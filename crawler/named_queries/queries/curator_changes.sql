-- title: What did the curator change?
-- description: Decisions, withdrawn decisions and erasures with their reasons, newest first.
-- group: data quality
-- summary: {decisions:decision} by {people:person|people} since {since}, {withdrawn} withdrawn.
-- columns: title, action, reason, who, at, subject

SELECT
    coalesce(
        (
            SELECT l.title FROM aliases x JOIN article_list l ON l.id = x.article_id
            WHERE x.url = g.subject LIMIT 1
        ),
        g.subject
    ) AS title,
    g.action, g.reason, g.who, g.at, g.subject, g.id AS decision_id,
    (SELECT x.article_id FROM aliases x WHERE x.url = g.subject LIMIT 1) AS article_id
FROM curation_log g
ORDER BY g.at DESC, g.id DESC
LIMIT 500

-- summary SQL
SELECT
    count(*) AS decisions, count(DISTINCT who) AS people, min(at) AS since,
    coalesce(sum(action LIKE 'withdrawn: %'), 0) AS withdrawn
FROM curation_log
