-- title: Authors whose shared articles others also shared
-- description: Authors by the number of their articles that somebody else shared as well.
-- group: people
-- formerly: most_trusted_sharers

SELECT
    a.id AS author_id, a.name, a.network, count(DISTINCT s.article_id) AS articles,
    sum(l.sharers > 1) AS also_shared_by_others, a.url
FROM shares s
JOIN publishable_authors a ON a.id = s.author_id
JOIN article_list l ON l.id = s.article_id
GROUP BY a.id
ORDER BY also_shared_by_others DESC, articles DESC, a.name
LIMIT 100
