// Searches of readers as FTS5 expressions. The rules are in crawler/search_expressions.py and crawler/search_words.py.

const MAX_SEARCH_LENGTH = 200, MAX_PARTS = 12, MAX_TERM_LENGTH = 40
const NO_MATCH = '""', WORD_SETS = "text"
const UNSPACED = "\u0e00-\u109f\u1780-\u17ff\u1950-\u1aaf\u1b00-\u1b7f\u3041-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\ua980-\uaadf\uf900-\ufaff"
const UNSPACED_LETTER = new RegExp(`[${UNSPACED}]`)
const PARTS_OF_WORD = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, "g")
const TERM = /(?<![\p{L}\p{N}.])\.(?=\p{L})[\p{L}\p{N}]+|[\p{L}\p{N}]+(?:(?:\+\+?|#)(?![\p{L}\p{N}+#]))?/gu
const PART = /(-?)(?:"([^"]*)"?|(\S+))/g
const SIGN_NAMES = { ".": "dot", "#": "sharp", "+": "plus" }

const isUnspaced = text => UNSPACED_LETTER.test(text)

const fold = text => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase()
  .replace(/[\u{10000}-\u{10ffff}]/gu, " ").normalize("NFKC").replaceAll("ß", "ss").replaceAll("ς", "σ")

function pairs(letters) {
  if (letters.length === 1) return [letters]
  return Array.from({ length: letters.length - 1 }, (_, at) => letters.slice(at, at + 2))
}

function termsOfWord(word) {
  if (isUnspaced(word)) return word.match(PARTS_OF_WORD).flatMap(part => isUnspaced(part) ? pairs(part) : [part])
  const plain = word.replace(/^[.+#]+|[.+#]+$/g, "")
  return plain !== word && [...plain].length > 2 ? [word, plain] : [word]
}

export function indexTerms(text) {
  const words = fold(text).match(TERM) || []
  return words.flatMap(termsOfWord).map(term => [...term].slice(0, MAX_TERM_LENGTH).join("").replace(/[.#+]/g, sign => SIGN_NAMES[sign]))
}

function parseSearch(text) {
  const clauses = [], excluded = []
  let joins = false, count = 0
  for (const [whole, minus, quoted, plain] of [...text].slice(0, MAX_SEARCH_LENGTH).join("").matchAll(PART)) {
    if (whole === "OR" || whole === "|") { joins = clauses.length > 0; continue }
    const terms = indexTerms(quoted ?? plain)
    if (!terms.length) continue
    const part = { terms, isQuoted: quoted !== undefined }
    if (minus) excluded.push(part)
    else if (joins) clauses.at(-1).push(part)
    else clauses.push([part])
    joins = false
    if (++count >= MAX_PARTS) break
  }
  return { clauses, excluded }
}

function partExpression({ terms, isQuoted }, wordSets) {
  const phrase = `"${terms.join(" ")}"`
  if (terms.length === 1 && terms[0].length === 1 && isUnspaced(terms[0])) return `${phrase} *`
  if (terms.length === 1 && !isUnspaced(terms[0])) return phrase
  if (isQuoted || !wordSets) return phrase
  const words = [...new Set(terms.flatMap(term => isUnspaced(term) ? [...term] : [term]))]
  return `${phrase} OR ${wordSets} : (${words.map(word => `"${word}"`).join(" AND ")})`
}

const alternatives = (parts, wordSets) => `(${parts.map(part => partExpression(part, wordSets)).join(" OR ")})`

// Returns the FTS5 expression of a search as a reader wrote it; NO_MATCH if no word must match.
export function searchExpression(text) {
  const { clauses, excluded } = parseSearch(text)
  const required = clauses.map(clause => alternatives(clause, WORD_SETS)).join(" AND ")
  if (!required) return NO_MATCH
  return excluded.length ? `(${required}) NOT (${alternatives(excluded, "")})` : required
}
