-- title: Who shares the same articles as a person?
-- description: Other people by the articles that both share, of the newest 200 of the person.
-- group: people
-- summary: {people:person|people} with {articles:article} in common with {author_id}.
-- columns: name, network, articles, earlier, last_shared, url
-- chart: bars label=name value=articles
-- default: author_id=SELECT s.author_id FROM sharers s JOIN publishable_authors a ON a.id = s.author_id WHERE a.network <> 'feed' ORDER BY s.agreed_articles DESC, s.author_id LIMIT 1

SELECT
    a.name, a.network, count(DISTINCT s.article_id) AS articles,
    count(DISTINCT CASE WHEN s.shared < mine.shared THEN s.article_id END) AS earlier,
    max(s.shared) AS last_shared, a.url, a.handle, a.id AS author_id
FROM (
    SELECT article_id, author_id, shared FROM shares m
    WHERE author_id = :author_id
        AND EXISTS (
            SELECT 1 FROM shares o
            WHERE o.article_id = m.article_id AND o.author_id <> m.author_id
        )
    ORDER BY shared DESC, article_id DESC LIMIT 200
) mine
JOIN publishable_authors person ON person.id = mine.author_id
JOIN shares s ON s.article_id = mine.article_id AND s.author_id <> mine.author_id
JOIN publishable_authors a ON a.id = s.author_id
WHERE a.network <> 'feed'
GROUP BY a.id
ORDER BY articles DESC, earlier DESC, a.id
LIMIT 200

-- summary SQL
SELECT count(DISTINCT a.id) AS people, count(DISTINCT s.article_id) AS articles
FROM (
    SELECT article_id, author_id, shared FROM shares m
    WHERE author_id = :author_id
        AND EXISTS (
            SELECT 1 FROM shares o
            WHERE o.article_id = m.article_id AND o.author_id <> m.author_id
        )
    ORDER BY shared DESC, article_id DESC LIMIT 200
) mine
JOIN publishable_authors person ON person.id = mine.author_id
JOIN shares s ON s.article_id = mine.article_id AND s.author_id <> mine.author_id
JOIN publishable_authors a ON a.id = s.author_id
WHERE a.network <> 'feed'
