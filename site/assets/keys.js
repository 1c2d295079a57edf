// Keyboard shortcuts (listed on the About page, where they can be turned off) and the live age of the last update.
(() => {
  const top = document.body.dataset.root
  const off = () => { try { return localStorage.getItem("keys") === "off" } catch { return false } }
  const go = page => { location.href = top + page }
  let before = ""

  function step(by) {
    const rows = [...document.querySelectorAll(".row")].filter(row => row.offsetParent && row.querySelector("a"))
    const now = rows.findIndex(row => row.contains(document.activeElement))
    const next = rows[now < 0 ? (by > 0 ? 0 : rows.length - 1) : now + by]
    if (next) next.querySelector("a").focus()
  }

  const keys = {
    "/": () => document.querySelector("main input[type=search], header input[type=search]").focus(),
    "?": () => go("about.html#reading"),
    j: () => step(1),
    k: () => step(-1),
    o: () => document.activeElement.closest(".row")?.querySelector("a").click(),
    t: () => go("topics.html"),
    w: () => go("weeks.html"),
  }

  addEventListener("keydown", event => {
    const typing = event.target.closest("input, select, textarea")
    if (event.key === "Escape" && typing) return typing.blur()
    if (typing || off() || event.ctrlKey || event.metaKey || event.altKey) return
    const action = before === "g" && event.key === "h" ? () => go("index.html") : keys[event.key]
    before = event.key
    if (action) { event.preventDefault(); action() }
  })

  const knob = document.getElementById("keys-switch")
  if (knob) {
    const show = () => { knob.textContent = off() ? "Turn the keys on" : "Turn the keys off" }
    knob.parentElement.hidden = false
    show()
    knob.addEventListener("click", () => { try { localStorage.setItem("keys", off() ? "on" : "off") } catch { /* nowhere to keep it */ } show() })
  }

  const status = document.querySelector("[data-updated]")
  const hours = status && (Date.now() - Date.parse(status.dataset.updated)) / 36e5
  if (hours > 26) {
    const late = document.createElement("b")
    late.textContent = hours < 48 ? `${Math.round(hours)} hours ago` : `${Math.round(hours / 24)} days ago`
    status.classList.add("warn")
    status.firstElementChild.append(" (", late, ")")
  }
})()
