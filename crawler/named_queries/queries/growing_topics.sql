-- title: Topics that grow
-- description: Topics with more articles in 13 weeks than the growth of all topics explains.
-- group: topics
-- summary: {topics:topic} above the growth of all topics, which is a factor of {factor}.
-- columns: topic, label, recent, expected, earlier
-- chart: bars label=label value=recent

WITH weeks AS (
    SELECT week, row_number() OVER (ORDER BY week DESC) AS place
    FROM (SELECT DISTINCT week FROM topic_activity)
),
counts AS (
    SELECT
        a.topic, sum(CASE WHEN w.place <= 13 THEN a.articles ELSE 0 END) AS recent,
        sum(CASE WHEN w.place > 13 THEN a.articles ELSE 0 END) AS earlier
    FROM topic_activity a
    JOIN weeks w ON w.week = a.week
    WHERE w.place <= 26
    GROUP BY a.topic
),
growth AS (SELECT sum(recent) * 1.0 / max(1, sum(earlier)) AS factor FROM counts)
SELECT
    c.topic, n.label, c.recent, round(c.earlier * g.factor, 1) AS expected, c.earlier
FROM counts c, growth g
JOIN topic_names n ON n.name = c.topic
WHERE c.recent > 1 AND c.recent > c.earlier * g.factor
ORDER BY c.recent - c.earlier * g.factor DESC, c.topic
LIMIT 200

-- summary SQL
WITH weeks AS (
    SELECT week, row_number() OVER (ORDER BY week DESC) AS place
    FROM (SELECT DISTINCT week FROM topic_activity)
),
counts AS (
    SELECT
        a.topic, sum(CASE WHEN w.place <= 13 THEN a.articles ELSE 0 END) AS recent,
        sum(CASE WHEN w.place > 13 THEN a.articles ELSE 0 END) AS earlier
    FROM topic_activity a
    JOIN weeks w ON w.week = a.week
    WHERE w.place <= 26
    GROUP BY a.topic
),
growth AS (SELECT sum(recent) * 1.0 / max(1, sum(earlier)) AS factor FROM counts)
SELECT count(c.topic) AS topics, round(g.factor, 1) AS factor
FROM growth g
LEFT JOIN counts c ON c.recent > 1 AND c.recent > c.earlier * g.factor
