// Runs statements in a worker, one after the other. A stopped worker is replaced.

export class QueryError extends Error {
  constructor(message, reason) {
    super(message)
    this.reason = reason // "sql", "stopped", "costly", "network", "no-ranges", "replaced" or "worker"
  }
}

export class QueryRunner {
  constructor(url, size, onProgress) {
    this.snapshot = { url, size }
    this.onProgress = onProgress
    this.waiting = new Map()
    this.total = { bytes: 0, requests: 0 }
    this.limit = Infinity // of the total bytes
    this.serial = 0
  }

  // Opens the snapshot; rejects with a QueryError. The next run tries again.
  open() {
    this.worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" })
    this.worker.onmessage = ({ data }) => this.receive(data)
    this.worker.onerror = event => this.rejectAll(new QueryError(event.message || "The worker could not be started.", "worker"))
    this.opened = this.send("open", this.snapshot)
    this.opened.catch(() => { this.opened = null })
    return this.opened
  }

  // Returns `{ columns, rows, isTruncated, cost }` of one statement. `values` has a value for each parameter.
  async run(sql, values = {}, limit = 1000) {
    await (this.opened || this.open())
    return this.send("run", { sql, values, limit, allowance: this.limit - this.total.bytes })
  }

  // Stops everything that runs. The next run opens the snapshot again.
  stop() {
    this.worker?.terminate()
    this.opened = null
    this.rejectAll(new QueryError("The query was stopped.", "stopped"))
  }

  send(type, request) {
    const id = ++this.serial
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject })
      this.worker.postMessage({ id, type, ...request })
    })
  }

  receive(message) {
    if (message.type === "progress") return this.onProgress(message)
    const { resolve, reject } = this.waiting.get(message.id)
    this.waiting.delete(message.id)
    this.total.bytes += message.cost.bytes
    this.total.requests += message.cost.requests
    if (message.type === "failed") reject(new QueryError(message.message, message.reason))
    else resolve({ ...message.result, cost: message.cost })
  }

  rejectAll(error) {
    for (const { reject } of this.waiting.values()) reject(error)
    this.waiting.clear()
  }
}
