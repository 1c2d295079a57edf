-- title: Articles from a host
-- description: All articles from a host, newest share first.
-- group: articles
-- page: source/<host>.html

SELECT id AS article_id, title, kind, first_shared, sharers, topics, url
FROM article_list
WHERE host = :host
ORDER BY first_shared DESC, id DESC
