// Elements of the page. Text from the snapshot becomes text nodes, never markup.

export const element = id => document.getElementById(id)

// Returns a new element with attributes and children; children are elements or texts.
export function create(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(attribute, "")
    else if (value !== false && value !== undefined) made.setAttribute(attribute, value)
  }
  made.append(...children)
  return made
}

export const sizeText = bytes => bytes < 1_000_000 ? `${Math.ceil(bytes / 1000).toLocaleString("en-US")} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`

export const countText = (count, noun) => `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`
