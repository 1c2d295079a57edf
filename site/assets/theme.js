// Applies the reader's choice of colours before the page is painted, and wires the switch in the footer.
(() => {
  const root = document.documentElement
  const kept = () => { try { return localStorage.getItem("theme") || "auto" } catch { return "auto" } }
  const apply = theme => { theme === "auto" ? delete root.dataset.theme : root.dataset.theme = theme }
  apply(kept())
  addEventListener("DOMContentLoaded", () => {
    const box = document.getElementById("theme")
    const show = theme => box.querySelectorAll("button").forEach(b => b.setAttribute("aria-pressed", b.dataset.theme === theme))
    box.hidden = false
    show(kept())
    box.addEventListener("click", event => {
      const theme = event.target.dataset.theme
      if (!theme) return
      try { localStorage.setItem("theme", theme) } catch { /* private mode: the choice lasts as long as the page */ }
      apply(theme)
      show(theme)
    })
  })
})()
