-- title: Articles of a topic
-- description: Newest share first, without weak matches.
-- group: articles
-- page: topic/<topic>.html

SELECT
    l.id AS article_id, l.title, l.host, t.confidence, round(t.score, 2) AS score,
    l.first_shared, l.sharers, l.url
FROM taggings t
JOIN article_list l ON l.id = t.subject_id
WHERE l.listed
    AND t.subject_kind = 'article'
    AND t.confidence <> 'weak'
    AND t.topic = coalesce(
        (SELECT slug FROM topics WHERE slug = :topic),
        (SELECT t.slug FROM topics t, json_each(t.formerly) f WHERE f.value = :topic)
    )
ORDER BY l.first_shared DESC, l.id DESC
