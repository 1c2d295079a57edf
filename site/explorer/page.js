// The explorer page: the chosen query, its form, its result and its permanent link.

import { sitePage } from "./cell_links.js"
import { element, sizeText } from "./elements.js"
import { NamedQueries } from "./named_query.js"
import { QueryForm } from "./query_form.js"
import { QueryRunner } from "./query_runner.js"
import { ResultView, SHOWN_ROWS, costText } from "./result_view.js"
import { readRoute, routeTo } from "./routes.js"

const MOST_ROWS = 1000
const ALLOWANCE = 2_000_000 // bytes that a query transfers before the page asks
const SECTIONS = { home: ["about-view", "queries-view", "sql-view"], query: ["query-view"], sql: ["back-view", "sql-view"] }
const CODE = /^SQLITE_\w+: sqlite3 result code \d+: /
const FAILURES = {
  replaced: "A new snapshot was published. Reload the page to use it.",
  "no-ranges": "This server does not support range requests, which the explorer needs.",
  network: "The server cannot be reached. Check the connection and run the query again.",
  worker: "The worker could not be started."
}

class ExplorerPage {
  constructor(definitions) {
    const { snapshot, size, root, answers } = element("explorer").dataset
    this.title = document.title
    this.runner = new QueryRunner(new URL(snapshot, document.baseURI).href, Number(size), progress => this.showProgress(progress))
    this.named = new NamedQueries(definitions, this.runner, new URL(answers, document.baseURI).href)
    this.form = new QueryForm(this.named)
    this.view = new ResultView(root, new Map(definitions.choices.topic), () => this.run(MOST_ROWS))
    element("run-anyway").addEventListener("click", () => this.run(this.rows, Infinity))
    element("query-form").addEventListener("submit", event => { event.preventDefault(); this.submit(this.query.name, this.form.values(this.query)) })
    element("sql-form").addEventListener("submit", event => { event.preventDefault(); this.submit("sql", { sql: element("sql").value.trim() }) })
    element("stop").addEventListener("click", () => this.runner.stop())
    addEventListener("hashchange", () => this.follow())
  }

  // Goes to a permanent link; the same link runs the query again.
  submit(name, values) {
    const route = routeTo(name, values)
    if (location.hash === route) this.follow()
    else location.hash = route
  }

  follow() {
    const { name, values } = readRoute(location.hash)
    this.turn = null
    if (!element("stop").hidden) this.runner.stop()
    this.showRunning(false)
    this.query = name && name !== "sql" ? this.named.find(name) : null
    this.entered = values
    const view = this.query ? "query" : name === "sql" ? "sql" : "home"
    for (const id of new Set(Object.values(SECTIONS).flat())) element(id).hidden = !SECTIONS[view].includes(id)
    this.view.clear()
    element("too-costly").hidden = true
    document.title = this.query ? `${this.query.title} · ${this.title}` : this.title
    this.showState("")
    if (name && view === "home") this.showState(`There is no query named “${name}”.`, true)
    if (view === "query") this.showQuery()
    if (view === "sql") element("sql").value = values.sql || ""
    if (view === "query" || (view === "sql" && values.sql)) this.run(SHOWN_ROWS)
  }

  showQuery() {
    const { title, description, sql } = this.query
    element("query-title").textContent = title
    element("query-description").textContent = description
    element("query-sql").textContent = sql
    element("edit-sql").href = routeTo("sql", { sql })
    this.form.show(this.query, this.entered)
  }

  // Runs what the permanent link names. A later run takes the place of an earlier one.
  async run(limit, allowance = ALLOWANCE) {
    const turn = this.turn = {}
    const { query, entered } = this
    this.rows = limit
    this.runner.limit = this.runner.total.bytes + allowance
    element("too-costly").hidden = true
    this.showRunning(true)
    try {
      const result = await (query ? this.runNamed(query, entered, limit) : this.runSql(entered.sql, limit))
      if (this.turn !== turn) return
      this.view.show({ ...result, canShowMore: result.isTruncated && limit < MOST_ROWS })
      this.showRunning(false)
      this.showState(result.size ? `Computed with the site; transferred ${sizeText(result.size)}` : costText(this.spent()))
      if (result.lacksSummary) this.showTooCostly("The summary needs more data than 2 MB of the database.")
      element("permanent-link").href = routeTo(result.name, result.values)
      if (query) this.showSitePage(query, result)
      if (query) await this.finishForm(query, result)
    } catch (error) {
      if (this.turn === turn) this.fail(error)
    } finally {
      if (this.turn === turn) this.showRunning(false)
    }
  }

  async runNamed(query, entered, limit) {
    const prepared = await this.named.prepared(query)
    const isDefault = query.parameters.every(name => [undefined, "", prepared?.values[name]].includes(entered[name]))
    if (prepared && isDefault && limit === SHOWN_ROWS) return { ...prepared, name: query.name, first: query.columns }
    const values = await this.named.usedValues(query, entered, prepared)
    const result = await this.named.run(query, values, limit)
    return { ...result, name: query.name, values, first: query.columns }
  }

  async runSql(sql, limit) {
    const result = await this.runner.run(sql, {}, limit)
    return { ...result, name: "sql", values: { sql }, first: [], summary: "", counted: null }
  }

  async finishForm(query, { values, labels }) {
    this.form.complete(values, labels)
    await this.form.loadChoices(query)
  }

  showSitePage({ page }, { values, rows }) {
    const path = rows.length ? sitePage(page, values) : ""
    element("site-page").hidden = !path
    element("site-page").href = element("explorer").dataset.root + path
  }

  fail(error) {
    this.showState("")
    if (error.reason === "stopped") return this.showState("Stopped.")
    if (error.reason === "costly") return this.showTooCostly("This query needs more than 2 MB of the database.")
    this.view.showError(FAILURES[error.reason] || `Invalid SQL: ${error.message.replace(CODE, "")}`)
  }

  showTooCostly(text) {
    element("too-costly-text").textContent = text
    element("too-costly").hidden = false
  }

  spent() {
    const { bytes, requests } = this.runner.total
    return { bytes: bytes - this.before.bytes, requests: requests - this.before.requests, milliseconds: performance.now() - this.before.at }
  }

  showRunning(isRunning) {
    if (isRunning) this.before = { ...this.runner.total, at: performance.now() }
    element("stop").hidden = !isRunning
    if (isRunning) this.showState("Running…")
  }

  showProgress({ bytes }) {
    if (!element("stop").hidden) element("explorer-state").textContent = `Running… ${sizeText(bytes)} transferred since the page was opened`
  }

  showState(text, isError = false) {
    element("explorer-state").textContent = text
    element("explorer-state").classList.toggle("bad", isError)
  }
}

// Starts the page; throws if the definitions cannot be loaded.
export async function start() {
  const response = await fetch(`${element("explorer").dataset.answers}queries.json`)
  if (!response.ok) throw new Error(`status ${response.status}`)
  const page = new ExplorerPage(await response.json())
  for (const link of document.querySelectorAll(".example-sql")) link.href = routeTo("sql", { sql: link.dataset.sql })
  element("explorer").hidden = false
  page.follow()
}
