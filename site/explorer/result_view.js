// The result of a query: summary, table with links, files to save, and what it cost.

import { articlePath, isExternal, linkOf, shortUrl, topicsOf } from "./cell_links.js"
import { countText, create, element, sizeText } from "./elements.js"
import { FORMATS, saveResult } from "./result_files.js"
import { hexadecimal } from "./summary_sentence.js"

const TIME = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(\.\d+)?(Z|\+00:00)$/ // UTC
const LONG_CELL = 60, SHORT_CELL = 25 // characters
const LONGEST_CELL = 2000 // characters of a text in the table; files have all of it
const TOPICS = ["topic", "other_topic", "with_topic"]
const CAPITALS = { id: "ID", url: "URL", urls: "URLs", html: "HTML", ids: "IDs" }
export const SHOWN_ROWS = 50

export class ResultView {
  // `topics` has the label of each topic by its slug.
  constructor(root, topics, onMore) {
    this.root = root
    this.topics = topics
    this.onMore = onMore
    this.hasAllColumns = false
    element("all-columns").addEventListener("click", () => { this.hasAllColumns = !this.hasAllColumns; this.showTable() })
    element("more-rows").addEventListener("click", () => this.onMore())
    element("result-files").append(...Object.entries(FORMATS).map(([format, { label }]) => {
      const button = create("button", { type: "button" }, label)
      button.addEventListener("click", () => saveResult(this.result, format))
      return button
    }))
  }

  clear() {
    this.result = null
    element("result").hidden = true
    element("result-error").hidden = true
    element("site-page").hidden = true
  }

  // Shows a result with `name`, `values`, `labels`, `summary`, `counted`, `first` columns, `columns`, `rows`,
  // `isTruncated` and `canShowMore`.
  show(result) {
    this.result = result
    const isEmpty = !result.rows.length || result.counted === 0
    element("result").hidden = false
    element("result-error").hidden = true
    element("result-summary").textContent = isEmpty ? "" : result.summary || ""
    element("result-empty").hidden = !isEmpty
    element("result-empty").textContent = isEmpty ? emptyText(result) : ""
    element("result-rows").hidden = isEmpty
    if (!isEmpty) this.showTable()
  }

  showError(message) {
    this.clear()
    element("result-error").hidden = false
    element("result-error").textContent = message
  }

  showTable() {
    const { columns, rows, first, isTruncated, canShowMore } = this.result
    const leading = first.filter(column => columns.includes(column))
    const isWhole = this.hasAllColumns || !leading.length
    const places = isWhole ? columns.map((_, at) => at) : leading.map(column => columns.indexOf(column))
    const shown = places.map(place => columns[place])
    element("all-columns").hidden = !leading.length || leading.length === columns.length
    element("all-columns").textContent = this.hasAllColumns ? "Fewer columns" : `All ${columns.length} columns`
    element("all-columns").setAttribute("aria-pressed", this.hasAllColumns)
    element("result-count").textContent = `${isTruncated ? "First " : ""}${countText(rows.length, "row")}`
    element("more-rows").hidden = !canShowMore
    const numeric = places.map(place => rows.every(row => row[place] === null || typeof row[place] !== "string") && rows.some(row => typeof row[place] === "number"))
    const head = create("tr", {}, ...shown.map((column, at) => create("th", { scope: "col", class: numeric[at] ? "number" : undefined }, heading(column))))
    const body = rows.map(row => {
      const byColumn = Object.fromEntries(columns.map((column, at) => [column, row[at]]))
      return create("tr", {}, ...shown.map((column, at) => this.cell(column, row[places[at]], byColumn, numeric[at])))
    })
    element("result-table").replaceChildren(create("thead", {}, head), create("tbody", {}, ...body))
  }

  cell(column, value, row, isNumber) {
    const length = typeof value === "string" ? value.length : 0
    const kind = isNumber ? "number" : length > LONG_CELL ? "long" : length && length < SHORT_CELL ? "short" : undefined
    return create("td", { class: kind, dir: typeof value === "string" ? "auto" : undefined, "data-label": heading(column), "data-column": column }, ...this.content(column, value, row))
  }

  content(column, value, row) {
    if (value === null) return []
    if (value instanceof Uint8Array) return [hexadecimal(value.subarray(0, 32))]
    const topics = topicsOf(column, value)
    if (topics) return topics.flatMap((slug, at) => [at ? ", " : "", this.link(this.topics.get(slug) || slug, linkOf("topic", slug, {}, this.root))])
    const text = typeof value === "string" ? value : value.toLocaleString("en-US", { maximumFractionDigits: 15, useGrouping: !/(^|_)(id|year)$/.test(column) })
    const time = typeof value === "string" && TIME.exec(value)
    if (time) return [create("time", { datetime: value }, `${time[1]} ${time[2]}`)]
    const url = linkOf(column, value, row, this.root)
    if (!text && column === "title" && row.article_id) return [this.link(shortUrl(row.url || "") || "Untitled", this.root + articlePath(Number(row.article_id), ""))]
    if (TOPICS.includes(column) && this.topics.has(text)) return [this.link(this.topics.get(text), url)]
    const shown = text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text
    return [this.link(url === text ? shortUrl(text) : shown, url)]
  }

  link(text, url) {
    if (!url) return text
    return create("a", { href: url, rel: isExternal(url) ? "noopener nofollow ugc" : undefined }, text || url)
  }
}

// Returns a column's name as words: `first_shared` becomes "First shared".
function heading(column) {
  const words = column.split("_").map(word => CAPITALS[word] || word).join(" ")
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

function emptyText({ labels = {} }) {
  const values = Object.values(labels).filter(Boolean).map(value => `“${value}”`)
  const step = values.length ? "Enter another value, or choose another query." : "Choose another query."
  return `${values.length ? `No results for ${values.join(", ")}.` : "No results."} ${step}`
}

export const costText = ({ bytes, requests, milliseconds }) =>
  `Transferred ${sizeText(bytes)} in ${countText(requests, "request")}, ${(milliseconds / 1000).toFixed(1)} s`
