// Requests for the snapshot. Errors carry a `cause` by which the page chooses its message.

export class SnapshotError extends Error {
  constructor(cause, message) {
    super(message)
    this.cause = cause
  }
}

const RANGE = /^bytes (\d+)-(\d+)\/(\d+)$/

// Throws if a response is not exactly the range from `first` to `last` of a file of `size` bytes.
export function checkResponse(status, contentRange, first, last, size) {
  if (status === 404 || status === 410) throw new SnapshotError("replaced", "The snapshot is no longer published.")
  if (status === 200) throw new SnapshotError("no-ranges", "The server ignores range requests.")
  if (status !== 206) throw new SnapshotError("network", status ? `The server answers with status ${status}.` : "The server cannot be reached.")
  const range = RANGE.exec(contentRange || "")
  if (range && Number(range[3]) !== size) throw new SnapshotError("replaced", "The snapshot has another size.")
  if (range && (Number(range[1]) !== first || Number(range[2]) !== last)) throw new SnapshotError("no-ranges", "The server sends other bytes than requested.")
}

function checkLength(bytes, first, last) {
  if (bytes.length !== last - first + 1) throw new SnapshotError("no-ranges", "The server changes the bytes of a range.")
  return bytes
}

// Requests the first bytes without waiting for a body that is not a range.
export async function fetchBeginning(url, length, size) {
  const last = Math.min(length, size) - 1
  const abort = new AbortController()
  const response = await fetch(url, { headers: { Range: `bytes=0-${last}` }, signal: abort.signal }).catch(() => ({ status: 0, headers: new Headers() }))
  try {
    checkResponse(response.status, response.headers.get("Content-Range"), 0, last, size)
    return checkLength(new Uint8Array(await response.arrayBuffer()), 0, last)
  } catch (error) {
    abort.abort()
    throw error
  }
}

// Requests a range and waits: SQLite reads synchronously. Only workers may do that.
export function fetchRange(url, first, last, size) {
  const request = new XMLHttpRequest()
  request.open("GET", url, false)
  request.responseType = "arraybuffer"
  request.setRequestHeader("Range", `bytes=${first}-${last}`)
  try { request.send() } catch { throw new SnapshotError("network", "The server cannot be reached.") }
  checkResponse(request.status, request.getResponseHeader("Content-Range"), first, last, size)
  return checkLength(new Uint8Array(request.response), first, last)
}
