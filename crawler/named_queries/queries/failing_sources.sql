-- title: Failing sources
-- description: Sources whose last check failed, most failures first.
-- group: data quality
-- summary: {sources:source} of {enabled} failed at the last check.
-- columns: source, kind, last_outcome, last_message, failures, last_ok, url
-- page: status.html

SELECT name AS source, kind, last_outcome, last_message, failures, last_ok, url
FROM sources
WHERE enabled = 1 AND (failures > 0 OR last_outcome NOT IN ('ok', 'not_modified'))
ORDER BY failures DESC, name
LIMIT 1000

-- summary SQL
SELECT
    coalesce(sum(failures > 0 OR last_outcome NOT IN ('ok', 'not_modified')), 0) AS sources, count(*) AS enabled
FROM sources
WHERE enabled = 1
