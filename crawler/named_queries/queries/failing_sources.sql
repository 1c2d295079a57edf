-- title: Failing sources
-- description: Sources whose last check failed, most failures first.
-- group: data quality
-- page: status.html

SELECT name AS source, kind, last_outcome, last_message, failures, last_ok, url
FROM sources
WHERE enabled = 1 AND failures > 0
ORDER BY failures DESC, name
