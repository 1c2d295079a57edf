-- title: Topics that grow
-- description: Topics that grew faster in the last 13 weeks than all topics together.
-- group: topics
-- summary: {topics:topic} above the growth of all topics, which is a factor of {factor}.
-- columns: topic, recent, expected, earlier
-- chart: bars label=label value=recent

WITH newest AS (
    SELECT
        date(
            substr(max(week), 1, 4) || '-01-04', '-3 days', 'weekday 4',
            (substr(max(week), 7) * 7 - 7) || ' days'
        ) AS thursday
    FROM topic_activity
),
ends AS (
    SELECT date(thursday, '-91 days') AS recent, date(thursday, '-182 days') AS earlier
    FROM newest
),
weeks AS (
    SELECT
        strftime('%Y-W', recent) || printf('%02d', (strftime('%j', recent) - 1) / 7 + 1) AS recent,
        strftime('%Y-W', earlier) || printf('%02d', (strftime('%j', earlier) - 1) / 7 + 1)
            AS earlier
    FROM ends
),
counts AS MATERIALIZED (
    SELECT
        a.topic, sum(CASE WHEN a.week > w.recent THEN a.articles ELSE 0 END) AS recent,
        sum(CASE WHEN a.week <= w.recent THEN a.articles ELSE 0 END) AS earlier
    FROM topic_activity a, weeks w
    WHERE a.week > w.earlier
    GROUP BY a.topic
),
growth AS MATERIALIZED (SELECT sum(recent) * 1.0 / max(1, sum(earlier)) AS factor FROM counts)
SELECT
    c.topic, n.label, c.recent, round(c.earlier * g.factor, 1) AS expected, c.earlier
FROM counts c, growth g
JOIN topic_names n ON n.name = c.topic
WHERE c.recent > 1 AND c.recent > c.earlier * g.factor
ORDER BY c.recent - c.earlier * g.factor DESC, c.topic
LIMIT 200

-- summary SQL
WITH newest AS (
    SELECT
        date(
            substr(max(week), 1, 4) || '-01-04', '-3 days', 'weekday 4',
            (substr(max(week), 7) * 7 - 7) || ' days'
        ) AS thursday
    FROM topic_activity
),
ends AS (
    SELECT date(thursday, '-91 days') AS recent, date(thursday, '-182 days') AS earlier
    FROM newest
),
weeks AS (
    SELECT
        strftime('%Y-W', recent) || printf('%02d', (strftime('%j', recent) - 1) / 7 + 1) AS recent,
        strftime('%Y-W', earlier) || printf('%02d', (strftime('%j', earlier) - 1) / 7 + 1)
            AS earlier
    FROM ends
),
counts AS MATERIALIZED (
    SELECT
        a.topic, sum(CASE WHEN a.week > w.recent THEN a.articles ELSE 0 END) AS recent,
        sum(CASE WHEN a.week <= w.recent THEN a.articles ELSE 0 END) AS earlier
    FROM topic_activity a, weeks w
    WHERE a.week > w.earlier
    GROUP BY a.topic
),
growth AS MATERIALIZED (SELECT sum(recent) * 1.0 / max(1, sum(earlier)) AS factor FROM counts)
SELECT count(c.topic) AS topics, round(g.factor, 1) AS factor
FROM growth g
LEFT JOIN counts c ON c.recent > 1 AND c.recent > c.earlier * g.factor
