// Results as CSV, JSON and Markdown files, made in the browser.

import { hexadecimal } from "./summary_sentence.js"

export const SCHEMA_VERSION = 1
const CONTROLS = ["\0", "\t", "\n", "\r"]
const SIGNS = new Set("=+-@\u2212")
const SKIPPED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Zs}]/u

// Returns the text of a cell, with an apostrophe in front if a spreadsheet would run it. The rule is in crawler/csv_formulas.py.
export function withoutFormula(text) {
  const first = [...text].find(character => !SKIPPED.test(character)) || ""
  const isFormula = CONTROLS.includes(text[0]) || SIGNS.has(first.normalize("NFKC")[0])
  return isFormula ? `'${text}` : text
}

const plain = value => value instanceof Uint8Array ? hexadecimal(value) : value === null ? "" : String(value)

function csvCell(value) {
  const text = typeof value === "string" ? withoutFormula(value) : plain(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

// RFC 4180
const csv = ({ columns, rows }) => [columns, ...rows].map(row => row.map(csvCell).join(",") + "\r\n").join("")

const jsonValue = value => typeof value === "bigint" ? String(value) : value instanceof Uint8Array ? hexadecimal(value) : value

function json({ name, values, columns, rows, isTruncated, summary }) {
  const objects = rows.map(row => Object.fromEntries(columns.map((column, at) => [column, jsonValue(row[at])])))
  return `${JSON.stringify({ schema_version: SCHEMA_VERSION, query: name, parameters: values, summary, columns, truncated: isTruncated, rows: objects }, null, 1)}\n`
}

const TIME = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d[\d:.]*(?:Z|\+00:00)$/

// Returns a time as its day, and a JSON list of texts separated by commas.
function readable(text) {
  if (!text.startsWith("[")) return text.replace(TIME, "$1")
  try {
    const items = JSON.parse(text)
    return items.every(item => typeof item === "string") ? items.join(", ") : text
  } catch {
    return text
  }
}

// GitHub Flavored Markdown, 4.10
const markdownCell = value => readable(plain(value)).replace(/[\\`*_{}[\]<>|#!~&]/g, "\\$&").replace(/\s+/g, " ").trim()
function markdown({ columns, rows }) {
  const line = cells => `| ${cells.join(" | ")} |\n`
  return line(columns.map(markdownCell)) + line(columns.map(() => "---")) + rows.map(row => line(row.map(markdownCell))).join("")
}

export const FORMATS = {
  csv: { label: "CSV", type: "text/csv", write: csv },
  json: { label: "JSON", type: "application/json", write: json },
  md: { label: "Markdown", type: "text/markdown", write: markdown }
}

// Saves a result as a file of the visitor.
export function saveResult(result, format) {
  const { type, write } = FORMATS[format]
  const link = document.createElement("a")
  link.href = URL.createObjectURL(new Blob([write(result)], { type: `${type};charset=utf-8` }))
  link.download = `${result.name}.${format}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
