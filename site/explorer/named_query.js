// Runs named queries: defaults, labels, rows and summary. The same as crawler/named_queries/query_results.py.

import { searchExpression } from "./search_expression.js"
import { firstNumber, summarySentence } from "./summary_sentence.js"

const MOST_ROWS = 1000
const LONGEST_VALUE = 1000 // characters
const LIMIT = /\bLIMIT\s+(\d+)\s*$/i

const PARAMETER = /:[a-z_]+/

const clean = value => [...(value || "").replaceAll("\0", "").trim()].slice(0, LONGEST_VALUE).join("")
const firstValue = ({ rows }) => rows.length && rows[0][0] !== null ? String(rows[0][0]) : ""

export class NamedQueries {
  // `folder` is the URL of the results that were written with the site.
  constructor({ queries, parameters, choices }, runner, folder = "") {
    this.queries = new Map(queries.map(query => [query.name, query]))
    this.parameters = new Map(parameters.map(parameter => [parameter.name, parameter]))
    this.listedChoices = choices
    this.runner = runner
    this.folder = folder
  }

  // Returns the result of a query without input, as it was written with the site; null if there is none.
  async prepared(query) {
    const response = await fetch(`${this.folder}${query.name}.json`).catch(() => null)
    if (!response?.ok) return null
    const text = await response.text()
    return { ...JSON.parse(text), size: text.length }
  }

  // Returns the query with a name or a former name.
  find(name) {
    return this.queries.get(name) || [...this.queries.values()].find(query => query.formerly.includes(name))
  }

  // Returns the value of each parameter: what the reader entered, else the default. `prepared` has the defaults without input.
  async usedValues(query, entered, prepared = null) {
    const used = {}
    for (const [name, parameter] of this.parameters) {
      if (!query.parameters.includes(name)) continue
      const sql = query.defaults[name] || parameter.default
      const isPrepared = prepared && !PARAMETER.test(sql)
      used[name] = clean(entered[name]) || (isPrepared ? prepared.values[name] : firstValue(await this.runner.run(sql, used, 1)))
    }
    return used
  }

  bound(values) {
    return Object.fromEntries(Object.entries(values).map(([name, value]) =>
      [name, this.parameters.get(name).input === "words" ? searchExpression(value) : value]))
  }

  async label(name, value) {
    const { choices } = this.parameters.get(name)
    if (!choices || !value) return value
    const listed = this.listedChoices[name]?.find(([listedValue]) => listedValue === value)
    if (listed) return listed[1]
    return firstValue(await this.runner.run(`SELECT label FROM (${choices}) WHERE value = :value LIMIT 1`, { value }, 1)) || value
  }

  async labels(values) {
    const labels = {}
    for (const [name, value] of Object.entries(values)) labels[name] = await this.label(name, value)
    return labels
  }

  // Returns columns, rows and summary with the `values` of usedValues; `limit` rows at most.
  async run(query, values, limit) {
    const bound = this.bound(values)
    const most = Math.min(Number(LIMIT.exec(query.sql)?.[1] ?? MOST_ROWS), limit)
    const result = await this.runner.run(query.sql.replace(LIMIT, `LIMIT ${most + 1}`), bound, most)
    const labels = await this.labels(values)
    try {
      const row = query.summary_sql ? await this.summaryRow(query, bound) : {}
      return { ...result, labels, summary: summarySentence(query.summary, row, labels), counted: firstNumber(query.summary, row) }
    } catch (error) {
      if (error.reason !== "costly") throw error
      return { ...result, labels, summary: "", counted: null, lacksSummary: true }
    }
  }

  async summaryRow(query, bound) {
    const { columns, rows } = await this.runner.run(query.summary_sql, bound, 1)
    return Object.fromEntries(columns.map((column, at) => [column, rows[0]?.[at]]))
  }

  // Returns the choices of a parameter, best first; with `words`, those that match.
  async choices(name, words = "") {
    const { choices, completion } = this.parameters.get(name)
    if (!words && this.listedChoices[name]) return this.listedChoices[name].map(([value, label]) => ({ value, label }))
    if (words && completion) return this.listed(completion, { words: searchExpression(words) })
    if (words) return this.listed(`SELECT value, label FROM (${choices}) WHERE label LIKE '%' || :words || '%'`, { words })
    return this.listed(choices, {})
  }

  async listed(sql, values) {
    const { columns, rows } = await this.runner.run(`SELECT value, label FROM (${sql}) LIMIT 500`, values, 500)
    return columns.length ? rows.map(([value, label]) => ({ value: String(value), label: String(label ?? value) })) : []
  }
}
