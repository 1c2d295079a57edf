-- title: Authors whose shared articles others also shared
-- description: Authors by the number of their articles that somebody else shared as well.
-- group: people
-- summary: {people:person|people} shared an article that somebody else shared as well.
-- columns: name, network, also_shared_by_others, articles, last_shared, url
-- chart: bars label=name value=also_shared_by_others
-- formerly: most_trusted_sharers

SELECT
    a.name, a.network, s.agreed_articles AS also_shared_by_others, s.articles, s.last_shared,
    a.url, a.handle, a.id AS author_id
FROM sharers s
JOIN publishable_authors a ON a.id = s.author_id
WHERE s.agreed_articles > 0 AND a.network <> 'feed'
ORDER BY s.agreed_articles DESC, s.articles, a.id
LIMIT 100

-- summary SQL
SELECT count(*) AS people
FROM sharers s
JOIN publishable_authors a ON a.id = s.author_id
WHERE s.agreed_articles > 0 AND a.network <> 'feed'
