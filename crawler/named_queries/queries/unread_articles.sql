-- title: Articles without text
-- description: The last error of each article that could not be read.
-- group: data quality

SELECT
    a.id AS article_id, l.title, a.host, a.state, a.last_outcome, a.failures,
    a.last_checked, a.url
FROM articles a
JOIN article_list l ON l.id = a.id
WHERE a.word_count = 0
ORDER BY a.host, a.id
