-- title: Articles without text
-- description: The last error of each article that could not be read, most shared first.
-- group: data quality
-- summary: {articles:article} of {sites:site} without text.
-- columns: title, host, state, last_outcome, failures, last_checked, sharers
-- feed: title=url url=url at=first_shared

SELECT
    l.title, l.host, l.state, a.last_outcome, a.failures, a.last_checked, l.sharers,
    l.first_shared, l.id AS article_id, l.url
FROM article_list l
JOIN articles a ON a.id = l.id
WHERE l.word_count = 0
ORDER BY l.sharers DESC, l.id DESC
LIMIT 500

-- summary SQL
SELECT count(*) AS articles, count(DISTINCT host) AS sites
FROM article_list
WHERE word_count = 0
