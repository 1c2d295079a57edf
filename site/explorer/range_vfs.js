// A read-only file system for SQLite (https://sqlite.org/vfs.html) whose only file is read over HTTP.

const UNIX_EPOCH = 2440587.5 // as a Julian day
const MILLISECONDS_A_DAY = 86_400_000

// Adds the file system `name` with `file` to the SQLite library. It has no locks and no journal: the file never changes.
export function addRangeVfs(sqlite3, name, file) {
  const { capi, wasm } = sqlite3
  const guard = action => {
    try { return action() } catch (error) { file.error = error; return capi.SQLITE_IOERR }
  }

  const io = new capi.sqlite3_io_methods()
  io.$iVersion = 1
  const ioMethods = {
    xClose: () => 0,
    xRead: (pFile, pTarget, length, offset) => guard(() => {
      const bytes = new Uint8Array(length)
      const read = file.readInto(bytes, Number(offset))
      wasm.heap8u().set(bytes, Number(pTarget))
      return read < length ? capi.SQLITE_IOERR_SHORT_READ : 0
    }),
    xWrite: () => capi.SQLITE_READONLY,
    xTruncate: () => capi.SQLITE_READONLY,
    xSync: () => 0,
    xFileSize: (pFile, pSize) => { wasm.poke(pSize, BigInt(file.size), "i64"); return 0 },
    xLock: () => 0,
    xUnlock: () => 0,
    xCheckReservedLock: (pFile, pResult) => { wasm.poke(pResult, 0, "i32"); return 0 },
    xFileControl: () => capi.SQLITE_NOTFOUND,
    xSectorSize: () => 4096,
    xDeviceCharacteristics: () => capi.SQLITE_IOCAP_IMMUTABLE
  }

  const stock = new capi.sqlite3_vfs(capi.sqlite3_vfs_find(null))
  const vfs = new capi.sqlite3_vfs()
  vfs.$iVersion = 1
  vfs.$szOsFile = capi.sqlite3_file.structInfo.sizeof
  vfs.$mxPathname = 512
  vfs.$zName = wasm.allocCString(name)
  vfs.$xRandomness = stock.$xRandomness
  const vfsMethods = {
    xOpen: (pVfs, zName, pFile, flags, pFlags) => {
      if (!(flags & capi.SQLITE_OPEN_MAIN_DB)) return capi.SQLITE_CANTOPEN
      const handle = new capi.sqlite3_file(pFile)
      handle.$pMethods = io.pointer
      handle.dispose()
      if (pFlags) wasm.poke(pFlags, capi.SQLITE_OPEN_READONLY | capi.SQLITE_OPEN_MAIN_DB, "i32")
      return 0
    },
    xDelete: () => capi.SQLITE_IOERR_DELETE,
    xAccess: (pVfs, zName, flags, pResult) => { wasm.poke(pResult, 0, "i32"); return 0 },
    xFullPathname: (pVfs, zName, length, pTarget) =>
      wasm.cstrncpy(pTarget, zName, length) < length ? 0 : capi.SQLITE_CANTOPEN,
    xCurrentTime: (pVfs, pResult) => { wasm.poke(pResult, UNIX_EPOCH + Date.now() / MILLISECONDS_A_DAY, "double"); return 0 },
    xSleep: () => 0,
    xGetLastError: () => 0
  }
  sqlite3.vfs.installVfs({
    io: { struct: io, methods: ioMethods },
    vfs: { struct: vfs, methods: vfsMethods }
  })
  stock.dispose()
}
