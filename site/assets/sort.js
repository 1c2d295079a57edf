// Sorts tables by a column with numbers. Without this script, the tables are sorted by value.
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[0];
  const headers = [...table.tHead.rows[0].cells];
  const valueOf = (row, column) => Number(row.cells[column].dataset.value) || 0;
  headers.forEach((header, column) => {
    if (!header.classList.contains("number")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    header.replaceChildren(button);
    button.addEventListener("click", () => {
      const descending = header.getAttribute("aria-sort") !== "descending";
      const rows = [...body.rows];
      rows.sort((one, two) => (descending ? -1 : 1) * (valueOf(one, column) - valueOf(two, column)));
      headers.forEach((cell) => cell.removeAttribute("aria-sort"));
      header.setAttribute("aria-sort", descending ? "descending" : "ascending");
      body.append(...rows);
    });
  });
}
