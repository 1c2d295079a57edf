-- title: Articles of a week
-- description: Articles first shared in an ISO week, highest rank first.
-- group: articles
-- summary: {articles:article} first shared in {week}, from {sites:site}.
-- columns: title, host, kind, rank, sharers, first_shared, topics
-- feed: title=title url=url at=first_shared
-- page: week/<week>.html

SELECT title, host, kind, rank, sharers, first_shared, topics, id AS article_id, url
FROM article_list
WHERE listed AND week = :week
ORDER BY rank DESC, first_shared DESC, id DESC
LIMIT 1000

-- summary SQL
SELECT count(*) AS articles, count(DISTINCT host) AS sites
FROM article_list
WHERE listed AND week = :week
