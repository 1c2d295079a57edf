-- title: Posts without links
-- description: Newest first. The site groups near-duplicates.
-- group: people
-- page: index.html

SELECT p.id AS post_id, p.text, p.network, p.shared AS written, p.similar_to, p.url
FROM publishable_posts p
WHERE p.text <> '' AND p.id NOT IN (SELECT post_id FROM shares)
ORDER BY written DESC, p.id DESC
