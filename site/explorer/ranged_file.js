// Reads parts of a file over HTTP range requests (RFC 9110, 14), with a cache of blocks and read-ahead.

const SMALLEST_READ = 4 * 1024 // bytes of a read at a new place
const LARGEST_READ = 256 * 1024 // bytes of a read that continues others
const HEADS = 12 // places of the file that are read in order at the same time
const GAP = 8 // blocks between two reads that still count as reading in order

export class RangedFile {
  // `fetchRange(first, last)` returns the bytes of a range, both ends included, or throws.
  constructor(size, blockSize, fetchRange) {
    this.size = size
    this.blockSize = blockSize
    this.fetchRange = fetchRange
    this.blocks = new Map()
    this.heads = []
    this.bytes = 0
    this.requests = 0
    this.allowed = Infinity // bytes until reads fail
  }

  // Fills `target` with the bytes from `offset` on; returns how many the file has there.
  readInto(target, offset) {
    const end = Math.min(offset + target.length, this.size)
    for (let at = offset; at < end;) {
      const number = Math.floor(at / this.blockSize)
      const block = this.blocks.get(number) || this.load(number, Math.floor((end - 1) / this.blockSize))
      const start = at - number * this.blockSize
      const part = block.subarray(start, Math.min(block.length, start + end - at))
      target.set(part, at - offset)
      at += part.length
    }
    return Math.max(0, end - offset)
  }

  // Stores the blocks of `bytes`, which begin at `offset`, a multiple of the size of a block.
  store(bytes, offset) {
    this.bytes += bytes.length
    this.requests++
    for (let start = 0; start < bytes.length; start += this.blockSize) {
      this.blocks.set((offset + start) / this.blockSize, bytes.subarray(start, start + this.blockSize))
    }
  }

  load(first, last) {
    const count = Math.max(last - first + 1, this.blocksToRead(first))
    const start = first * this.blockSize
    let next = first + 1
    while (next < first + count && !this.blocks.has(next)) next++
    this.store(this.fetchRange(start, Math.min(next * this.blockSize, this.size) - 1), start)
    return this.blocks.get(first)
  }

  // The number of blocks to read from `first` on: twice as many as before, if it continues a read.
  blocksToRead(first) {
    const smallest = Math.max(1, Math.floor(SMALLEST_READ / this.blockSize))
    const largest = Math.floor(LARGEST_READ / this.blockSize)
    const at = this.heads.findIndex(head => first >= head.next && first <= head.next + GAP)
    const head = at < 0 ? { count: smallest / 2 } : this.heads.splice(at, 1)[0]
    head.count = Math.min(largest, head.count * 2)
    head.next = first + head.count
    this.heads.unshift(head)
    this.heads.length = Math.min(this.heads.length, HEADS)
    return head.count
  }
}
