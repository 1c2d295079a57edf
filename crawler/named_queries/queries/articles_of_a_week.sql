-- title: Articles of a week
-- description: Articles first shared in an ISO week, highest rank first.
-- group: articles
-- page: week/<week>.html

SELECT id AS article_id, title, host, rank, sharers, first_shared, topics, url
FROM article_list
WHERE listed AND week = :week
ORDER BY rank DESC, first_shared DESC, id DESC
