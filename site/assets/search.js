// Finds articles and notes by the words of title, topics, source and excerpt, in an index of small script files (works from a folder too).
const hashtrail = (() => {
  const SHOWN = 30, WEIGHTS = [6, 3, 1] // title, topics and source, excerpt
  const form = document.getElementById("search"), found = document.getElementById("found")
  const said = document.getElementById("said"), nothing = document.getElementById("nothing"), ask = document.getElementById("ask")
  const shards = new Map(), chunks = new Map(), loading = new Map()
  let index, run = 0

  const load = file => {
    if (!loading.has(file)) loading.set(file, new Promise((done, fail) => {
      const script = document.createElement("script")
      script.src = `search/${file}`
      script.onload = done
      script.onerror = () => { loading.delete(file); fail(new Error(file)) }
      document.head.append(script)
    }))
    return loading.get(file)
  }

  const fold = text => text.normalize("NFKC").toLowerCase()
  const numbers = packed => { let last = 0; return packed ? packed.split(" ").map(step => last += parseInt(step, 36)) : [] }

  function asked() {
    const data = new FormData(form)
    const filters = ["topic", "kind", "year", "source"].filter(name => data.get(name)).map(name => `${name}:${fold(data.get(name)).trim()}`)
    return { words: fold(data.get("q") || "").match(/[\p{L}\p{N}_]+/gu) || [], filters }
  }

  // The words with a prefix (or one exact filter) -> document -> weight
  async function lookUp(word, exact) {
    const needed = Object.keys(index.shards).filter(prefix => prefix.startsWith(word) || word.startsWith(prefix)).slice(0, 40)
    await Promise.all(needed.map(prefix => load(index.shards[prefix])))
    const weights = new Map()
    for (const prefix of needed) for (const [known, packed] of Object.entries(shards.get(prefix))) {
      if (exact ? known !== word : !known.startsWith(word) || known.includes(":")) continue
      const whole = known === word ? 2 : 1
      packed.split("|").forEach((list, place) => numbers(list).forEach(n => weights.set(n, Math.max(weights.get(n) || 0, WEIGHTS[place] * whole))))
    }
    return weights
  }

  async function matches({ words, filters }) {
    const all = await Promise.all([...words.map(word => lookUp(word, false)), ...filters.map(filter => lookUp(filter, true))])
    const [first, ...others] = all.sort((a, b) => a.size - b.size)
    const kept = [...first || []].filter(([n]) => others.every(other => other.has(n)))
    const scored = kept.map(([n, weight]) => [n, others.reduce((sum, other) => sum + other.get(n), weight)])
    return scored.sort((a, b) => b[1] - a[1] || b[0] - a[0]).map(([n]) => n)
  }

  function marked(parent, text, words) {
    const pattern = words.length && new RegExp(`(?<![\\p{L}\\p{N}_])(?:${words.join("|")})`, "giu")
    let last = 0
    for (const match of pattern ? text.matchAll(pattern) : []) {
      const mark = document.createElement("mark")
      mark.textContent = match[0]
      parent.append(text.slice(last, match.index), mark)
      last = match.index + match[0].length
    }
    parent.append(text.slice(last))
    return parent
  }

  const made = (name, kind, ...children) => { const node = document.createElement(name); node.className = kind; node.append(...children); return node }

  function row([page, title, url, host, kind, day, topics, excerpt], words) {
    const link = marked(document.createElement("a"), title, words)
    link.href = page
    link.dir = "auto"
    const meta = made("p", "meta", ...[kind || "article", day, topics].filter(Boolean).map(text => marked(made("span", ""), text, words)))
    if (/^https?:/i.test(url)) {
      const out = made("a", "", "source")
      out.href = url
      out.rel = "noopener"
      meta.append(out)
    }
    const text = marked(made("p", "excerpt", ""), excerpt, words)
    text.dir = "auto"
    return made("li", "row", made("h2", "title", link, " ", made("span", "host", host)), meta, text)
  }

  async function search() {
    const question = asked(), mine = ++run
    const empty = !question.words.length && !question.filters.length
    const answer = empty ? [] : await matches(question)
    const shown = answer.slice(0, SHOWN)
    await Promise.all(shown.map(n => load(`d-${Math.floor(n / index.chunk)}.js`)))
    if (mine !== run) return
    found.replaceChildren(...shown.map(n => row(chunks.get(Math.floor(n / index.chunk))[n], question.words)))
    if (ask) ask.search = new URLSearchParams({ _search: question.words.join(" ") })
    nothing.hidden = empty || answer.length > 0
    said.textContent = empty ? "" : answer.length === 0 ? `Nothing found for ${spoken(question)}.`
      : `${answer.length} found for ${spoken(question)}${answer.length > SHOWN ? `, the best ${SHOWN} shown` : ""}.`
  }

  const spoken = ({ words, filters }) => [words.length ? `“${words.join(" ")}”` : "", ...filters].filter(Boolean).join(", ")

  function asking() {
    const filled = [...new FormData(form)].filter(([, value]) => value)
    if (location.protocol !== "file:") history.replaceState(null, "", filled.length ? `?${new URLSearchParams(filled)}` : location.pathname)
    return start().then(search).catch(() => { said.textContent = "The search index could not be loaded. The topics and weeks list everything." })
  }

  const start = () => index ? Promise.resolve() : load("index.js")

  form.hidden = false
  for (const [name, value] of new URLSearchParams(location.search)) if (form.elements[name]) form.elements[name].value = value
  form.addEventListener("input", asking)
  form.addEventListener("submit", event => { event.preventDefault(); asking() })
  document.getElementById("drop").addEventListener("click", () => { for (const name of ["topic", "kind", "year", "source"]) form.elements[name].value = ""; asking() })
  if (location.search) asking()
  else form.elements.q.focus()

  return {
    index: value => { index = value },
    words: (prefix, value) => shards.set(prefix, value),
    documents: (number, value) => chunks.set(number, value),
  }
})()
