-- title: Papers, talks and other kinds of a topic
-- description: Articles of one kind on a topic, newest share first.
-- group: articles
-- summary: {articles:article} of the kind {kind} on {topic} from {sites:site} since {since}.
-- columns: title, host, published, first_shared, sharers, confidence
-- feed: title=title url=url at=first_shared
-- default: topic=SELECT topic FROM topic_articles WHERE kind = 'paper' GROUP BY topic ORDER BY count(*) DESC, topic LIMIT 1
-- default: kind=SELECT kind FROM topic_articles WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic) GROUP BY kind ORDER BY kind = 'paper' DESC, count(*) DESC, kind LIMIT 1

SELECT
    l.title, l.host, l.published, l.first_shared, l.sharers, t.confidence,
    l.id AS article_id, l.url
FROM topic_articles t
JOIN article_list l ON l.id = t.article_id
WHERE t.topic = (SELECT slug FROM topic_names WHERE name = :topic) AND t.kind = :kind
ORDER BY t.first_shared DESC, t.article_id DESC
LIMIT 1000

-- summary SQL
SELECT count(*) AS articles, count(DISTINCT host) AS sites, min(first_shared) AS since
FROM topic_articles
WHERE topic = (SELECT slug FROM topic_names WHERE name = :topic) AND kind = :kind
