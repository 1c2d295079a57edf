// Marks what is new since the reader's last visit. The time is stored in this browser and never sent.
(() => {
  const updated = document.querySelector("[data-updated]")?.dataset.updated
  const rows = [...document.querySelectorAll("[data-seen]")]
  const place = document.getElementById("new-since")
  if (!updated || !place) return
  let before
  try {
    before = sessionStorage.getItem("before") ?? localStorage.getItem("visit") ?? ""
    sessionStorage.setItem("before", before)
    localStorage.setItem("visit", updated)
  } catch { return } // private mode: nothing is stored, nothing is marked
  if (!before) return
  const fresh = rows.filter(row => row.dataset.seen > before)
  const day = new Date(before).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" })
  for (const row of fresh) {
    row.classList.add("fresh")
    const label = document.createElement("span")
    label.className = "fresh-label"
    label.textContent = "new"
    row.querySelector(".title").append(" ", label)
  }
  place.hidden = false
  if (!fresh.length) return place.append(`Nothing new since your last visit on ${day}.`)
  const link = document.createElement("a")
  link.href = `#${fresh[0].id}`
  link.textContent = `${fresh.length} of the articles below ${fresh.length > 1 ? "are" : "is"} new`
  place.append(link, ` since your last visit on ${day}.`)
})()
