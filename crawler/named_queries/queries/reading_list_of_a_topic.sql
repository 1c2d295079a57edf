-- title: Reading list of a topic
-- description: The recommended works, in their order, and whether they are in the library.
-- group: articles
-- summary: {works:work} on {topic}, {read} in the library.
-- columns: title, authors, year, kind, why, state, sharers
-- feed: title=title url=url at=first_shared
-- default: topic=SELECT r.topic FROM reading_list r LEFT JOIN topic_activity a ON a.topic = r.topic GROUP BY r.topic ORDER BY sum(a.articles) DESC, r.topic LIMIT 1

SELECT
    r.title,
    (SELECT group_concat(value, ', ') FROM json_each(r.authors)) AS authors,
    r.year, r.kind, r.why, coalesce(l.state, 'not requested') AS state, l.sharers, l.first_shared,
    r.position, r.url, l.id AS article_id
FROM reading_list r
LEFT JOIN article_list l ON l.id = r.article_id
WHERE r.topic = (SELECT slug FROM topic_names WHERE name = :topic)
ORDER BY r.position
LIMIT 100

-- summary SQL
SELECT count(*) AS works, count(l.id) AS read
FROM reading_list r
LEFT JOIN article_list l ON l.id = r.article_id
WHERE r.topic = (SELECT slug FROM topic_names WHERE name = :topic)
