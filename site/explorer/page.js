// The explorer page: chosen query, form, results and permanent link.

import { QueryRunner } from "./query_runner.js"

const element = id => document.getElementById(id)

export async function start() {
  const { snapshot, size } = element("explorer").dataset
  const runner = new QueryRunner(new URL(snapshot, document.baseURI).href, Number(size), () => {})
  globalThis.runner = runner
  await runner.open()
  element("explorer-state").textContent = "Ready"
}
