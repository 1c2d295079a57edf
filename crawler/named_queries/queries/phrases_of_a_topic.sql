-- title: Words that assign a topic
-- description: The matching words of the newest 300 articles on a topic, by the number of articles.
-- group: topics
-- summary: {phrases:phrase} in {articles:article} on {topic}.
-- columns: phrase, articles, matches, rules, fields
-- chart: bars label=phrase value=articles

SELECT
    lower(e.quote) AS phrase, count(DISTINCT a.article_id) AS articles, sum(e.times) AS matches,
    group_concat(DISTINCT e.rule) AS rules, group_concat(DISTINCT e.field) AS fields
FROM (
    SELECT article_id, tagging_id FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 300
) a
JOIN evidence e ON e.tagging_id = a.tagging_id
WHERE e.quote <> ''
GROUP BY 1
ORDER BY articles DESC, matches DESC, phrase
LIMIT 200

-- summary SQL
SELECT count(DISTINCT lower(e.quote)) AS phrases, count(DISTINCT a.article_id) AS articles
FROM (
    SELECT article_id, tagging_id FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 300
) a
JOIN evidence e ON e.tagging_id = a.tagging_id
WHERE e.quote <> ''
