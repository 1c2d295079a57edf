// Summary sentences of named queries. The fields are in crawler/named_queries/summary_sentences.py.

const FIELD = /\{(\w+)(?::([^{}]+))?\}/g
const TIME = /^(\d{4}-\d\d-\d\d)T[\d:.]+(?:Z|[+-]\d\d:\d\d)$/
const MISSING = "unknown"

export const numberText = value => value.toLocaleString("en-US", { maximumFractionDigits: 15 })

export function valueText(value) {
  if (value === null || value === "" || value === undefined) return MISSING
  if (typeof value === "string") return TIME.exec(value)?.[1] ?? value
  return value instanceof Uint8Array ? hexadecimal(value) : numberText(value)
}

export const hexadecimal = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("")

function counted(value, noun) {
  const [singular, plural] = noun.split("|")
  return `${valueText(value || 0)} ${Number(value) === 1 ? singular : plural || `${singular}s`}`
}

// Returns the sentence of `template`; `values` is the row of the summary, `labels` has the text of each parameter.
export function summarySentence(template, values, labels) {
  return template.replace(FIELD, (whole, name, noun) => {
    if (!(name in values)) return labels[name] || MISSING
    return noun ? counted(values[name], noun) : valueText(values[name])
  })
}

// Returns the first counted number of `template`, null without one.
export function firstNumber(template, values) {
  for (const [, name, noun] of template.matchAll(FIELD)) {
    if (noun && ["number", "bigint"].includes(typeof values[name])) return Number(values[name])
  }
  return null
}
