-- title: Sites of a topic
-- description: Sites by the number of their articles on a topic.
-- group: topics
-- summary: {sites:site} with {articles:article} on {topic}.
-- columns: host, articles, people, newest
-- chart: bars label=host value=articles

SELECT
    host, count(*) AS articles, sum(sharers) AS people, max(first_shared) AS newest
FROM topic_articles
WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
GROUP BY host
ORDER BY articles DESC, people DESC, host
LIMIT 200

-- summary SQL
SELECT count(DISTINCT host) AS sites, count(*) AS articles
FROM topic_articles
WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
