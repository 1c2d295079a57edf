// Links of the cells of a result to pages of the site, to rows and to the web. The same rules as crawler/explorer/render_cell.py.

import { routeTo } from "./routes.js"

const LONGEST_SLUG = 60, LONGEST_LABEL = 60
const PLAIN_NAME = /^[a-z0-9_]([a-z0-9_.-]{0,118}[a-z0-9_])?$/
const WEB_URL = /^https?:\/\/[^\s/?#]\S*$/i
const WEEK = /^\d{4}-W\d\d$/
const SITE_FOLDERS = { host: "source", topic: "topic", other_topic: "topic", with_topic: "topic" }
const PEOPLE = ["author", "author_name", "name", "person", "sharer"] // names of the person with the row's author_id
const ENTITIES = ["entity", "organization", "system"] // names of the entity with the row's slug
const ROWS = { author_id: "authors", story_id: "stories", entity_id: "entities", post_id: "posts", run_id: "runs", tagging_id: "taggings" }

// Returns the ASCII part of a title for file names, as crawler/text_cleaning.py does.
export function slugify(text, limit = LONGEST_SLUG) {
  const ascii = text.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase().replaceAll("'", "")
  const whole = ascii.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "")
  if (whole.length <= limit) return whole
  const cut = whole.slice(0, limit + 1)
  return cut.slice(0, cut.includes("-") ? cut.lastIndexOf("-") : cut.length).slice(0, limit).replace(/^-+|-+$/g, "")
}

export function articlePath(id, title) {
  const name = slugify(title)
  return name ? `article/${id}-${name}.html` : `article/${id}.html`
}

// Other names have a digest in their file name; they get no link.
const isPlainName = text => PLAIN_NAME.test(text) && !text.includes("..")

// Returns the page of the site that shows the same rows as a query, empty if there is none.
export function sitePage(pattern, values) {
  const name = /<(\w+)>/.exec(pattern)?.[1]
  if (!name) return pattern
  return isPlainName(values[name] || "") || WEEK.test(values[name] || "") ? pattern.replace(`<${name}>`, values[name]) : ""
}

// Returns the URL of a value, empty if it has no link. `row` maps columns to values, `root` leads to the top of the site.
export function linkOf(column, value, row, root) {
  if (value === null || value === "" || value instanceof Uint8Array) return ""
  const text = String(value)
  if (column === "title" && row.article_id) return root + articlePath(Number(row.article_id), text)
  if (column === "article_id") return routeTo("sql", { sql: `SELECT * FROM articles WHERE id = ${Number(value)}` })
  if (column === "week") return WEEK.test(text) ? `${root}week/${text}.html` : ""
  if (Object.hasOwn(SITE_FOLDERS, column)) return isPlainName(text) ? `${root}${SITE_FOLDERS[column]}/${text}.html` : ""
  if (Object.hasOwn(ROWS, column) && Number.isInteger(Number(value))) return routeTo("sql", { sql: `SELECT * FROM ${ROWS[column]} WHERE id = ${Number(value)}` })
  if (PEOPLE.includes(column) && Number.isInteger(row.author_id)) return `${root}author/${row.author_id}.html`
  if (ENTITIES.includes(column) && isPlainName(row[`${column}_slug`] || "")) return `${root}entity/${row[`${column}_slug`]}.html`
  return WEB_URL.test(text) ? text : ""
}

// Returns the slugs in a list of topics such as `["caching"]`, null for other values.
export function topicsOf(column, value) {
  if (column !== "topics" || typeof value !== "string") return null
  try {
    const slugs = JSON.parse(value)
    return Array.isArray(slugs) ? slugs.map(String) : null
  } catch { return null }
}

export const isExternal = url => WEB_URL.test(url)

export function shortUrl(url) {
  const label = url.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, "")
  return label.length <= LONGEST_LABEL ? label : `${label.slice(0, LONGEST_LABEL - 1)}…`
}
