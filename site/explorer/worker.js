// Runs SQL over the snapshot in a worker, so that the page stays usable and can stop a query.

import sqlite3InitModule from "./vendor/sqlite3.js"
import { addRangeVfs } from "./range_vfs.js"
import { RangedFile } from "./ranged_file.js"
import { SnapshotError, fetchBeginning, fetchRange } from "./snapshot_requests.js"

const BEGINNING = 64 * 1024 // bytes: the header and most of the schema
const BLOCK = 4096 // bytes
const UNUSED_VFS = { kvvfs: true, opfs: true, "opfs-vfs": true, "opfs-sahpool": true, "opfs-wl": true }

let database, file

async function open({ url, size }) {
  const beginning = await fetchBeginning(url, BEGINNING, size)
  file = new RangedFile(size, BLOCK, (first, last) => {
    if (file.bytes + last - first >= file.allowed) throw new SnapshotError("costly", "The query needs more data than allowed.")
    const bytes = fetchRange(url, first, last, size)
    postMessage({ type: "progress", bytes: file.bytes + bytes.length, requests: file.requests + 1 })
    return bytes
  })
  file.store(beginning, 0)

  globalThis.sqlite3ApiConfig = { disable: { vfs: UNUSED_VFS }, warn: () => {} }
  const sqlite3 = await sqlite3InitModule()
  addRangeVfs(sqlite3, "ranges", file)
  database = new sqlite3.oo1.DB("file:public.db?vfs=ranges&immutable=1&mode=ro", "r")
  database.exec("PRAGMA temp_store = memory; PRAGMA cache_size = -4096; PRAGMA query_only = 1")
}

// Runs one statement; returns its columns, at most `limit` rows, and whether there are more. It may transfer `allowance` bytes.
function run({ sql, values, limit, allowance }) {
  file.allowed = file.bytes + allowance
  const statement = database.prepare(sql)
  try {
    if (!statement.columnCount) throw new Error("Only statements that return rows can run: the database is read-only.")
    for (let at = 1; at <= statement.parameterCount; at++) {
      const value = values[statement.getParamName(at)?.slice(1)]
      statement.bind(at, value === undefined ? null : value)
    }
    const columns = statement.getColumnNames([]), rows = []
    while (rows.length < limit && statement.step()) rows.push(statement.get([]))
    return { columns, rows, isTruncated: rows.length === limit && statement.step() }
  } finally {
    statement.finalize()
  }
}

const ACTIONS = { open, run }

onmessage = async ({ data: { id, type, ...request } }) => {
  const started = performance.now(), bytes = file?.bytes || 0, requests = file?.requests || 0
  const cost = () => ({ milliseconds: performance.now() - started, bytes: (file?.bytes || 0) - bytes, requests: (file?.requests || 0) - requests })
  if (file) file.error = undefined
  try {
    const result = await ACTIONS[type](request)
    postMessage({ type: "done", id, result, cost: cost() })
  } catch (error) {
    const problem = file?.error || error
    postMessage({ type: "failed", id, message: problem.message, reason: problem instanceof SnapshotError ? problem.cause : "sql", cost: cost() })
  }
}
