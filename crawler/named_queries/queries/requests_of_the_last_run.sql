-- title: How did the requests of the last run end?
-- description: Requests for pages, feeds and robots.txt since the last crawl began, by outcome.
-- group: data quality
-- summary: {requests:request} since {since}, {failed} without a usable answer.
-- columns: outcome, purpose, requests, average_ms, megabytes
-- chart: bars label=outcome value=requests

SELECT
    outcome, purpose, count(*) AS requests, round(avg(elapsed_ms)) AS average_ms,
    round(sum(bytes) / 1e6, 1) AS megabytes
FROM fetches
WHERE at >= (SELECT max(started) FROM runs WHERE command IN ('nightly', 'crawl'))
GROUP BY +outcome, purpose
ORDER BY requests DESC, outcome, purpose
LIMIT 200

-- summary SQL
SELECT
    count(*) AS requests, coalesce(sum(outcome NOT IN ('ok', 'not_modified')), 0) AS failed,
    (SELECT max(started) FROM runs WHERE command IN ('nightly', 'crawl')) AS since
FROM fetches
WHERE at >= (SELECT max(started) FROM runs WHERE command IN ('nightly', 'crawl'))
