// Keyboard shortcuts (listed on the About page, which can turn them off) and the age of the last update.
(() => {
  const root = document.body.dataset.root
  const off = () => { try { return localStorage.getItem("keys") === "off" } catch { return false } }
  const go = page => { location.href = root + page }
  let previousKey = ""

  function moveFocus(by) {
    const rows = [...document.querySelectorAll(".row")].filter(row => row.offsetParent && row.querySelector("a"))
    const current = rows.findIndex(row => row.contains(document.activeElement))
    const next = rows[current < 0 ? (by > 0 ? 0 : rows.length - 1) : current + by]
    if (next) next.querySelector("a").focus()
  }

  const keys = {
    "/": () => document.querySelector("main input[type=search], header input[type=search]").focus(),
    "?": () => go("about.html#reading"),
    j: () => moveFocus(1),
    k: () => moveFocus(-1),
    o: () => document.activeElement.closest(".row")?.querySelector("a").click(),
    t: () => go("topics.html"),
    w: () => go("weeks.html"),
  }

  addEventListener("keydown", event => {
    const typing = event.target.closest("input, select, textarea")
    if (event.key === "Escape" && typing) return typing.blur()
    if (typing || off() || event.ctrlKey || event.metaKey || event.altKey) return
    const action = previousKey === "g" && event.key === "h" ? () => go("index.html") : keys[event.key]
    previousKey = event.key
    if (action) { event.preventDefault(); action() }
  })

  const button = document.getElementById("keys-switch")
  if (button) {
    const show = () => { button.textContent = off() ? "Turn on keyboard shortcuts" : "Turn off keyboard shortcuts" }
    button.parentElement.hidden = false
    show()
    button.addEventListener("click", () => {
      try { localStorage.setItem("keys", off() ? "on" : "off") } catch { /* private mode: no storage */ }
      show()
    })
  }

  const status = document.querySelector("[data-updated]")
  const hours = status && (Date.now() - Date.parse(status.dataset.updated)) / 36e5
  if (hours > 26) {
    const age = document.createElement("b")
    age.textContent = hours < 48 ? `${Math.round(hours)} hours ago` : `${Math.round(hours / 24)} days ago`
    status.classList.add("warn")
    status.firstElementChild.append(" (", age, ")")
  }
})()
