-- title: Articles of a topic
-- description: Newest share first, without weak matches.
-- group: articles
-- summary: {articles:article} on {topic} from {sites:site} since {since}.
-- columns: title, host, kind, first_shared, sharers, confidence, score
-- feed: title=title url=url at=first_shared
-- page: topic/<topic>.html

SELECT
    l.title, l.host, l.kind, l.first_shared, l.sharers, t.confidence,
    round(t.score, 2) AS score, l.published, l.id AS article_id, l.url
FROM topic_articles t
JOIN article_list l ON l.id = t.article_id
WHERE t.topic = (SELECT slug FROM topic_names WHERE name = :topic)
ORDER BY t.first_shared DESC, t.article_id DESC
LIMIT 1000

-- summary SQL
SELECT count(*) AS articles, count(DISTINCT host) AS sites, min(first_shared) AS since
FROM topic_articles
WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic)
