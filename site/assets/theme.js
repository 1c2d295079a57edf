// Applies the reader's colour theme before the page is painted, and connects the buttons in the footer.
(() => {
  const root = document.documentElement
  const stored = () => { try { return localStorage.getItem("theme") || "auto" } catch { return "auto" } }
  const apply = theme => { theme === "auto" ? delete root.dataset.theme : root.dataset.theme = theme }
  apply(stored())
  addEventListener("DOMContentLoaded", () => {
    const group = document.getElementById("theme")
    const show = theme => group.querySelectorAll("button").forEach(b => b.setAttribute("aria-pressed", b.dataset.theme === theme))
    group.hidden = false
    show(stored())
    group.addEventListener("click", event => {
      const theme = event.target.dataset.theme
      if (!theme) return
      try { localStorage.setItem("theme", theme) } catch { /* private mode: the theme applies to this page only */ }
      apply(theme)
      show(theme)
    })
  })
})()
