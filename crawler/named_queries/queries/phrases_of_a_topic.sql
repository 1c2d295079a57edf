-- title: Words that assign a topic
-- description: The matching words of the newest 1,000 articles on a topic, by the number of articles.
-- group: topics
-- summary: {phrases:phrase} in {articles:article} on {topic}.
-- columns: phrase, articles, matches, rules, fields
-- chart: bars label=phrase value=articles

SELECT
    lower(e.quote) AS phrase, count(DISTINCT a.article_id) AS articles, sum(e.times) AS matches,
    group_concat(DISTINCT e.rule) AS rules, group_concat(DISTINCT e.field) AS fields
FROM (
    SELECT article_id, topic FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 1000
) a
JOIN taggings t
    ON t.subject_kind = 'article' AND t.subject_id = a.article_id AND t.topic = a.topic
JOIN evidence e ON e.tagging_id = t.id
WHERE e.quote <> ''
GROUP BY 1
ORDER BY articles DESC, matches DESC, phrase
LIMIT 200

-- summary SQL
SELECT count(DISTINCT lower(e.quote)) AS phrases, count(DISTINCT a.article_id) AS articles
FROM (
    SELECT article_id, topic FROM topic_articles
    WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
    ORDER BY first_shared DESC, article_id DESC LIMIT 1000
) a
JOIN taggings t
    ON t.subject_kind = 'article' AND t.subject_id = a.article_id AND t.topic = a.topic
JOIN evidence e ON e.tagging_id = t.id
WHERE e.quote <> ''
