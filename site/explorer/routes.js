// Permanent links: the fragment of the URL has the name of the query and its values, as in `#most_shared?topic=raft`.

export function routeTo(name, values = {}) {
  const text = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "")).toString()
  return text ? `#${name}?${text}` : `#${name}`
}

// Returns the name and the values of a fragment; both are empty without one.
export function readRoute(fragment) {
  const [name, text = ""] = fragment.replace(/^#/, "").split(/\?(.*)/s)
  return { name, values: Object.fromEntries(new URLSearchParams(text)) }
}
