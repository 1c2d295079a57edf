-- title: Recommended works that were never fetched
-- description: Works of reading lists without a stored text, by topic.
-- group: data quality
-- summary: {works:recommended work} of {topics:topic} never fetched, of {all:work} in all.
-- columns: title, topic, year, kind, why, listed_in, state, url

SELECT
    r.title, r.topic, r.year, r.kind, r.why, r.listed_in, coalesce(l.state, 'not requested') AS state,
    r.url, r.position, l.id AS article_id
FROM reading_list r
LEFT JOIN article_list l ON l.id = r.article_id
WHERE coalesce(l.word_count, 0) = 0
ORDER BY r.topic, r.position
LIMIT 1000

-- summary SQL
SELECT
    count(*) AS works, count(DISTINCT r.topic) AS topics,
    (SELECT count(*) FROM reading_list) AS "all"
FROM reading_list r
LEFT JOIN article_list l ON l.id = r.article_id
WHERE coalesce(l.word_count, 0) = 0
