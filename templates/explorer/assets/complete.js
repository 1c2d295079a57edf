// Completes the fields of a query while a visitor types. Without it, a submitted word lists choices.
const WAIT = 150; // milliseconds after the last key

for (const input of document.querySelectorAll("input[data-complete]")) {
  const list = input.list;
  let timer = 0;
  let asked = "";

  const show = (choices) => {
    list.replaceChildren(...choices.map(({ value, label }) => {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = label;
      return option;
    }));
  };

  const complete = async () => {
    const words = input.value.trim();
    if (!words || words === asked) return;
    asked = words;
    const response = await fetch(`${input.dataset.complete}?${new URLSearchParams({ words })}`);
    if (response.ok && asked === words) show(await response.json());
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => complete().catch(() => {}), WAIT);
  });
}
