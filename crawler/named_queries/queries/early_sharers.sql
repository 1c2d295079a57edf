-- title: Who shares what others share later?
-- description: People by the number of articles that they shared first and others shared later.
-- group: people
-- summary: {people:person|people} shared {articles:article} first that somebody else shared later.
-- columns: name, network, led_articles, followed_articles, later_sharers, articles, last_shared
-- chart: bars label=name value=led_articles

SELECT
    a.name, a.network, s.led_articles, s.followed_articles, s.later_sharers, s.articles,
    s.last_shared, a.handle, a.id AS author_id, a.url
FROM sharers s
JOIN publishable_authors a ON a.id = s.author_id
WHERE s.led_articles > 0 AND a.network <> 'feed'
ORDER BY s.led_articles DESC, s.later_sharers DESC, a.id
LIMIT 100

-- summary SQL
SELECT count(*) AS people, sum(s.led_articles) AS articles
FROM sharers s
JOIN publishable_authors a ON a.id = s.author_id
WHERE s.led_articles > 0 AND a.network <> 'feed'
