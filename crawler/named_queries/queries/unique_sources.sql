-- title: Sources with unique content
-- description: Sources of posts by the number of articles that no other source has.
-- group: data quality
-- summary: {sources:source} with posts; {unique_articles:article} from a single source.
-- columns: source, unique_articles, articles, percent, posts, kind, last_shared
-- chart: bars label=source value=unique_articles

SELECT
    c.source, c.unique_articles, c.articles,
    round(100.0 * c.unique_articles / c.articles) AS percent, c.posts, s.kind, c.last_shared,
    s.url
FROM source_coverage c
LEFT JOIN sources s ON s.name = c.source
ORDER BY c.unique_articles DESC, c.articles DESC, c.source
LIMIT 500

-- summary SQL
SELECT count(*) AS sources, coalesce(sum(unique_articles), 0) AS unique_articles
FROM source_coverage
