-- title: Articles per week for a topic
-- description: Articles and shares of a topic by the ISO week of the first share.
-- group: topics
-- summary: {articles:article} on {topic} in {weeks:week}, most in {busiest}.
-- columns: week, articles, shares
-- chart: lines x=week y=articles

SELECT week, articles, shares, topic
FROM topic_activity
WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
ORDER BY week
LIMIT 1000

-- summary SQL
SELECT
    coalesce(sum(articles), 0) AS articles, count(*) AS weeks,
    (
        SELECT week FROM topic_activity
        WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
        ORDER BY articles DESC, week DESC LIMIT 1
    ) AS busiest
FROM topic_activity
WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
