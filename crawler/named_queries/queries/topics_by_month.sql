-- title: Topics by month
-- description: The 12 topics with the most articles of 12 months; a week belongs to the month of its Thursday.
-- group: topics
-- summary: {topics:topic} in {months:month}; the table has the 12 with the most articles.
-- columns: topic, month, articles
-- chart: matrix row=label column=month value=articles

WITH newest AS (
    SELECT
        date(
            substr(max(week), 1, 4) || '-01-04', '-3 days', 'weekday 4',
            (substr(max(week), 7) * 7 - 7) || ' days'
        ) AS thursday
    FROM topic_activity
),
months AS (
    SELECT
        topic, articles,
        substr(
            date(
                substr(week, 1, 4) || '-01-04', '-3 days', 'weekday 4',
                (substr(week, 7) * 7 - 7) || ' days'
            ), 1, 7
        ) AS month
    FROM topic_activity
    WHERE week >= (SELECT strftime('%Y-W01', date(thursday, '-11 months', 'start of month')) FROM newest)
),
recent AS MATERIALIZED (
    SELECT topic, month, sum(articles) AS articles
    FROM months
    WHERE month >= (SELECT substr(date(thursday, 'start of month', '-11 months'), 1, 7) FROM newest)
    GROUP BY topic, month
)
SELECT r.topic, n.label, r.month, r.articles
FROM recent r
JOIN (
    SELECT topic, sum(articles) AS total FROM recent GROUP BY topic
    ORDER BY total DESC, topic LIMIT 12
) busiest ON busiest.topic = r.topic
JOIN topic_names n ON n.name = r.topic
ORDER BY busiest.total DESC, r.topic, r.month
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
months AS (
    SELECT
        topic, articles,
        substr(
            date(
                substr(week, 1, 4) || '-01-04', '-3 days', 'weekday 4',
                (substr(week, 7) * 7 - 7) || ' days'
            ), 1, 7
        ) AS month
    FROM topic_activity
    WHERE week >= (SELECT strftime('%Y-W01', date(thursday, '-11 months', 'start of month')) FROM newest)
),
recent AS MATERIALIZED (
    SELECT topic, month, sum(articles) AS articles
    FROM months
    WHERE month >= (SELECT substr(date(thursday, 'start of month', '-11 months'), 1, 7) FROM newest)
    GROUP BY topic, month
)
SELECT count(DISTINCT topic) AS topics, count(DISTINCT month) AS months FROM recent
