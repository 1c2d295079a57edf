-- title: Newest articles of a kind
-- description: Articles of one kind with a topic, newest share first.
-- group: articles
-- summary: {articles:article} of the kind {kind} from {sites:site} since {since}.
-- columns: title, host, published, first_shared, sharers, topics
-- feed: title=title url=url at=first_shared
-- page: kind/<kind>.html

SELECT title, host, published, first_shared, sharers, topics, id AS article_id, url
FROM article_list
WHERE listed AND kind = :kind
ORDER BY first_shared DESC, id DESC
LIMIT 1000

-- summary SQL
SELECT count(*) AS articles, count(DISTINCT host) AS sites, min(first_shared) AS since
FROM article_list
WHERE listed AND kind = :kind
