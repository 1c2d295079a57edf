-- title: Topics by month
-- description: The 15 topics with the most articles of 12 months; a week belongs to the month of its Thursday.
-- group: topics
-- summary: {topics:topic} in {months:month}; the table has the 15 with the most articles.
-- columns: topic, label, month, articles
-- chart: matrix row=label column=month value=articles

WITH months AS (
    SELECT
        topic, articles,
        substr(
            date(
                substr(week, 1, 4) || '-01-04', '-3 days', 'weekday 4',
                (substr(week, 7) * 7 - 7) || ' days'
            ), 1, 7
        ) AS month
    FROM topic_activity
),
recent AS (
    SELECT topic, month, sum(articles) AS articles
    FROM months
    WHERE month > (SELECT substr(date(max(month) || '-01', '-1 year'), 1, 7) FROM months)
    GROUP BY topic, month
)
SELECT r.topic, n.label, r.month, r.articles
FROM recent r
JOIN (
    SELECT topic, sum(articles) AS total FROM recent GROUP BY topic
    ORDER BY total DESC, topic LIMIT 15
) busiest ON busiest.topic = r.topic
JOIN topic_names n ON n.name = r.topic
ORDER BY busiest.total DESC, r.topic, r.month
LIMIT 200

-- summary SQL
WITH months AS (
    SELECT
        topic, articles,
        substr(
            date(
                substr(week, 1, 4) || '-01-04', '-3 days', 'weekday 4',
                (substr(week, 7) * 7 - 7) || ' days'
            ), 1, 7
        ) AS month
    FROM topic_activity
),
recent AS (
    SELECT topic, month, sum(articles) AS articles
    FROM months
    WHERE month > (SELECT substr(date(max(month) || '-01', '-1 year'), 1, 7) FROM months)
    GROUP BY topic, month
)
SELECT count(DISTINCT topic) AS topics, count(DISTINCT month) AS months FROM recent
