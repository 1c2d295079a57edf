// Search in the documentation, and a button that copies a block of code. The index is a script, so the search also works from a folder.
(() => {
  const MAX_RESULTS = 12, AROUND = 60, DEBOUNCE = 120
  const form = document.getElementById("documentation-search")
  const field = document.getElementById("documentation-words")
  const status = document.getElementById("documentation-status")
  const list = document.getElementById("documentation-results")
  let rows = null, loading = null, timer = 0

  globalThis.documentation = sections => {
    rows = sections.map(([path, anchor, page, heading, text]) => ({ path, anchor, page, heading, text, lower: [page, heading, text].map(part => part.toLowerCase()) }))
  }

  function load() {
    loading ??= new Promise((done, fail) => {
      const script = document.createElement("script")
      script.src = form.dataset.index
      script.onload = done
      script.onerror = fail
      document.head.append(script)
    })
    return loading
  }

  // A word in the title of the page counts 6, in the heading 10, in the text up to 3. Every word must occur.
  function score(row, words) {
    let total = 0
    for (const word of words) {
      const [page, heading, text] = row.lower
      const points = (page.includes(word) ? 6 : 0) + (heading.includes(word) ? 10 : 0) + Math.min(text.split(word).length - 1, 3)
      if (!points) return 0
      total += points
    }
    return total
  }

  function excerpt(row, words) {
    const places = words.map(word => row.lower[2].indexOf(word)).filter(place => place >= 0)
    const start = Math.max(0, Math.min(...places, row.text.length) - AROUND)
    const end = Math.min(row.text.length, start + 3 * AROUND)
    return `${start > 0 ? "…" : ""}${row.text.slice(start, end)}${end < row.text.length ? "…" : ""}`
  }

  function item(row, words) {
    const link = document.createElement("a")
    link.href = row.path + (row.anchor ? `#${row.anchor}` : "")
    link.textContent = row.heading ? `${row.page}: ${row.heading}` : row.page
    const text = document.createElement("span")
    text.textContent = excerpt(row, words)
    const entry = document.createElement("li")
    entry.append(link, text)
    return entry
  }

  async function search() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean)
    if (!words.length) { list.replaceChildren(); status.textContent = ""; return }
    try { await load() } catch { status.textContent = "The search index could not be loaded."; return }
    const results = rows.map(row => [score(row, words), row]).filter(([points]) => points > 0).sort((a, b) => b[0] - a[0])
    list.replaceChildren(...results.slice(0, MAX_RESULTS).map(([, row]) => item(row, words)))
    status.textContent = results.length ? `${results.length} ${results.length === 1 ? "section" : "sections"}` : "No results. Try fewer words."
  }

  form.hidden = false
  field.addEventListener("focus", () => load().catch(() => {}), { once: true })
  field.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(search, DEBOUNCE) })
  form.addEventListener("submit", event => { event.preventDefault(); search() })

  if (!navigator.clipboard) return
  for (const block of document.querySelectorAll(".document pre")) {
    const frame = document.createElement("div")
    frame.className = "code"
    block.replaceWith(frame)
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = "Copy"
    frame.append(block, button)
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent)
      button.textContent = "Copied"
      setTimeout(() => { button.textContent = "Copy" }, 2000)
    })
  }
})()
