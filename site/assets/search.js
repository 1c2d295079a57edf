// Searches the words of title, topics, site and excerpt of articles and notes. The index is small script files, so it also works from a folder.
const hashtrail = (() => {
  const MAX_RESULTS = 30, WEIGHTS = [6, 3, 1] // title, topics and site, excerpt
  const FILTERS = ["topic", "kind", "year", "source"]
  const form = document.getElementById("search"), results = document.getElementById("results")
  const status = document.getElementById("search-status"), noResults = document.getElementById("no-results")
  const explorerSearch = document.getElementById("explorer-search")
  const shards = new Map(), chunks = new Map(), loading = new Map()
  let index, searches = 0

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

  function query() {
    const data = new FormData(form)
    const filters = FILTERS.filter(name => data.get(name)).map(name => `${name}:${fold(data.get(name)).trim()}`)
    return { words: fold(data.get("q") || "").match(/[\p{L}\p{N}_]+/gu) || [], filters }
  }

  // The words with a prefix (or one exact filter) -> document -> weight
  async function lookUp(word, exact) {
    const needed = Object.keys(index.shards).filter(prefix => prefix.startsWith(word) || word.startsWith(prefix)).slice(0, 40)
    await Promise.all(needed.map(prefix => load(index.shards[prefix])))
    const weights = new Map()
    for (const prefix of needed) for (const [known, packed] of Object.entries(shards.get(prefix))) {
      if (exact ? known !== word : !known.startsWith(word) || known.includes(":")) continue
      const factor = known === word ? 2 : 1
      packed.split("|").forEach((list, field) => numbers(list).forEach(n => weights.set(n, Math.max(weights.get(n) || 0, WEIGHTS[field] * factor))))
    }
    return weights
  }

  async function matches({ words, filters }) {
    const all = await Promise.all([...words.map(word => lookUp(word, false)), ...filters.map(filter => lookUp(filter, true))])
    const [first, ...others] = all.sort((a, b) => a.size - b.size)
    const common = [...first || []].filter(([n]) => others.every(other => other.has(n)))
    const scored = common.map(([n, weight]) => [n, others.reduce((sum, other) => sum + other.get(n), weight)])
    return scored.sort((a, b) => b[1] - a[1] || b[0] - a[0]).map(([n]) => n)
  }

  function highlight(parent, text, words) {
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

  const element = (name, className, ...children) => { const node = document.createElement(name); node.className = className; node.append(...children); return node }

  function resultRow([page, title, url, host, kind, day, topics, excerpt], words) {
    const link = highlight(document.createElement("a"), title, words)
    link.href = page
    link.dir = "auto"
    const meta = element("p", "meta", ...[kind || "article", day, topics].filter(Boolean).map(text => highlight(element("span", ""), text, words)))
    if (/^https?:/i.test(url)) {
      const original = element("a", "", "Open article")
      original.href = url
      original.rel = "noopener"
      meta.append(original)
    }
    const text = highlight(element("p", "excerpt", ""), excerpt, words)
    text.dir = "auto"
    return element("li", "row", element("h2", "title", link, " ", element("span", "host", host)), meta, text)
  }

  async function search() {
    const request = query(), number = ++searches
    const empty = !request.words.length && !request.filters.length
    const found = empty ? [] : await matches(request)
    const shown = found.slice(0, MAX_RESULTS)
    await Promise.all(shown.map(n => load(`d-${Math.floor(n / index.chunk)}.js`)))
    if (number !== searches) return
    results.replaceChildren(...shown.map(n => resultRow(chunks.get(Math.floor(n / index.chunk))[n], request.words)))
    if (explorerSearch) explorerSearch.search = new URLSearchParams({ _search: request.words.join(" ") })
    noResults.hidden = empty || found.length > 0
    status.textContent = empty ? "" : summary(found.length, request)
  }

  const describe = ({ words, filters }) => [words.length ? `“${words.join(" ")}”` : "", ...filters].filter(Boolean).join(", ")

  function summary(count, request) {
    if (!count) return `No results for ${describe(request)}.`
    const total = `${count.toLocaleString("en")} ${count === 1 ? "result" : "results"}`
    return `${count > MAX_RESULTS ? `${MAX_RESULTS} of ${total}` : total} for ${describe(request)}`
  }

  function update() {
    const filled = [...new FormData(form)].filter(([, value]) => value)
    if (location.protocol !== "file:") history.replaceState(null, "", filled.length ? `?${new URLSearchParams(filled)}` : location.pathname)
    return start().then(search).catch(() => { status.textContent = "Search is unavailable: the index could not be loaded. Browse topics or weeks." })
  }

  const start = () => index ? Promise.resolve() : load("index.js")

  form.hidden = false
  for (const [name, value] of new URLSearchParams(location.search)) if (form.elements[name]) form.elements[name].value = value
  form.addEventListener("input", update)
  form.addEventListener("submit", event => { event.preventDefault(); update() })
  document.getElementById("clear-filters").addEventListener("click", () => {
    for (const name of FILTERS) form.elements[name].value = ""
    update()
  })
  if (location.search) update()
  else form.elements.q.focus()

  return {
    index: value => { index = value },
    words: (prefix, value) => shards.set(prefix, value),
    documents: (number, value) => chunks.set(number, value),
  }
})()
