-- title: Articles on two topics
-- description: Articles that have both topics, without weak matches, newest share first.
-- group: articles
-- summary: {articles:article} on {topic} and {other_topic} from {sites:site} since {since}.
-- columns: title, host, kind, first_shared, sharers, topics
-- feed: title=title url=url at=first_shared

SELECT
    l.title, l.host, l.kind, l.first_shared, l.sharers, l.topics, l.id AS article_id, l.url
FROM topic_articles a
JOIN topic_articles b ON b.article_id = a.article_id
JOIN article_list l ON l.id = a.article_id
WHERE a.topic = (SELECT slug FROM topic_names WHERE name = :topic)
    AND b.topic = (SELECT slug FROM topic_names WHERE name = :other_topic)
ORDER BY a.first_shared DESC, a.article_id DESC
LIMIT 500

-- summary SQL
SELECT
    count(*) AS articles, count(DISTINCT a.host) AS sites, min(a.first_shared) AS since
FROM topic_articles a
JOIN topic_articles b ON b.article_id = a.article_id
WHERE a.topic = (SELECT slug FROM topic_names WHERE name = :topic)
    AND b.topic = (SELECT slug FROM topic_names WHERE name = :other_topic)
