// The form of a named query: a list for few choices, completion while typing for many.

import { create, element } from "./elements.js"

const DEBOUNCE = 250 // milliseconds
const LEAST_LETTERS = 2

export class QueryForm {
  constructor(named) {
    this.named = named
    this.shown = ""
  }

  // Shows the fields of a query with the `entered` values.
  show(query, entered) {
    if (this.shown !== query.name) {
      element("query-fields").replaceChildren(...query.parameters.map(name => this.field(this.named.parameters.get(name))))
      this.shown = query.name
    }
    for (const name of query.parameters) this.setValue(name, entered[name] || "", entered[name] || "")
    element("run-query").hidden = !query.parameters.length
  }

  // Shows the values that were used, defaults included, with their labels.
  complete(values, labels) {
    for (const [name, value] of Object.entries(values)) {
      this.setValue(name, value, labels[name])
      const label = element(`label-of-${name}`)
      if (label) label.textContent = labels[name] !== value ? labels[name] : ""
    }
  }

  // Loads the choices of the lists of a query.
  async loadChoices(query) {
    for (const name of query.parameters) {
      const list = element(`value-of-${name}`)
      if (list?.tagName !== "SELECT" || list.dataset.loaded) continue
      const choices = await this.named.choices(name)
      const chosen = list.value
      list.replaceChildren(...choices.map(({ value, label }) => create("option", { value }, label)))
      list.dataset.loaded = "yes"
      this.setValue(name, chosen, chosen)
    }
  }

  // Returns the values that differ from blank, by parameter.
  values(query) {
    return Object.fromEntries(query.parameters.map(name => [name, element(`value-of-${name}`).value.trim()]))
  }

  setValue(name, value, label) {
    const field = element(`value-of-${name}`)
    if (field.tagName === "SELECT" && value && ![...field.options].some(option => option.value === value)) {
      field.append(create("option", { value }, label))
    }
    field.value = value
  }

  field(parameter) {
    const id = `value-of-${parameter.name}`
    const label = create("label", { for: id }, parameter.label)
    if (parameter.input === "choice") return create("p", {}, label, " ", create("select", { id, name: parameter.name }))
    const input = create("input", { id, name: parameter.name, type: "text", autocomplete: "off", spellcheck: "false", placeholder: parameter.example, maxlength: 1000 })
    if (parameter.input !== "search") return create("p", {}, label, " ", input)
    const list = create("datalist", { id: `choices-of-${parameter.name}` })
    input.setAttribute("list", list.id)
    input.addEventListener("input", () => this.completeSoon(parameter.name, input, list))
    return create("p", {}, label, " ", input, list, " ", create("span", { id: `label-of-${parameter.name}`, class: "meta" }))
  }

  completeSoon(name, input, list) {
    clearTimeout(this.timer)
    if (input.value.trim().length < LEAST_LETTERS) return
    this.timer = setTimeout(async () => {
      const typed = input.value.trim()
      const choices = await this.named.choices(name, typed).catch(() => [])
      if (input.value.trim() === typed) list.replaceChildren(...choices.slice(0, 20).map(({ value, label }) => create("option", { value }, label)))
    }, DEBOUNCE)
  }
}
