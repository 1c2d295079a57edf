-- title: Articles of a site
-- description: All articles of a host, newest share first.
-- group: articles
-- summary: {articles:article} of {host}, {shared:share} since {since}.
-- columns: title, kind, published, first_shared, sharers, topics
-- feed: title=title url=url at=first_shared
-- page: source/<host>.html

SELECT title, kind, published, first_shared, sharers, topics, id AS article_id, url
FROM article_list
WHERE host = :host
ORDER BY first_shared DESC, id DESC
LIMIT 1000

-- summary SQL
SELECT count(*) AS articles, sum(shares) AS shared, min(first_shared) AS since
FROM article_list
WHERE host = :host
