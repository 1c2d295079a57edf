-- title: Post-mortems that mention a phrase
-- description: Words match anywhere in the text, phrases in title and excerpt.
-- group: articles
-- summary: {articles:post-mortem} from {sites:site} with the words {words}.
-- columns: title, host, published, summary, first_shared, topics
-- feed: title=title url=url at=first_shared
-- default: words=SELECT 'outage OR incident'

SELECT
    l.title, l.host, l.published, l.summary, l.first_shared, l.topics, l.id AS article_id, l.url
FROM articles_fts f
JOIN article_list l ON l.id = f.rowid
WHERE articles_fts MATCH :words AND l.kind = 'post-mortem'
ORDER BY f.rank, l.id
LIMIT 200

-- summary SQL
SELECT count(*) AS articles, count(DISTINCT l.host) AS sites
FROM articles_fts f
JOIN article_list l ON l.id = f.rowid
WHERE articles_fts MATCH :words AND l.kind = 'post-mortem'
