// Builds the wall in this process: around the clients already loaded, and around those loaded later.
import { createRequire, isBuiltin, syncBuiltinESMExports } from 'node:module'
import { isBinding, wallOffBinding } from './better-sqlite3.js'
import { wallOffNodeSqlite, type NodeSqlite } from './node-sqlite.js'
import { Wall } from './wall.js'
import { wallOffProcesses, wallOffThreads } from './workers.js'

/** One wall per process. */
let built: Wall | null = null

/**
 * The wall of this process, for running migrations as a trial. Everything passes until it is raised. It protects against
 * mistakes, not malice: programs other than Node that a migration starts are not covered, and native code can do anything.
 */
export const buildWall = (): Wall => (built ??= build())

function build(): Wall {
  const wall = new Wall()
  const require = createRequire(import.meta.url)
  for (const module of Object.values(require.cache)) {
    if (module?.filename.endsWith('.node'))
      module.exports = walledOff(module.exports, module.filename, wall)
  }
  const { dlopen } = process
  process.dlopen = function (module: { exports: unknown }, file: string, ...others: unknown[]) {
    Reflect.apply(dlopen, process, [module, file, ...others])
    module.exports = walledOff(module.exports, file, wall)
  }
  wallOffBuiltins(require, wall)
  return wall
}

/** The exports of a binary, behind the wall. Those of another SQLite client refuse every call while the wall is up. */
function walledOff(exports: unknown, file: string, wall: Wall): unknown {
  if (isBinding(exports)) wallOffBinding(exports, wall)
  else if (isAnotherClient(file)) return refusing(exports, `open a database with ${file}`, wall)
  return exports
}

/** Judged by the name of the package or the file only: the folder of the project may have any name. */
const isAnotherClient = (file: string): boolean =>
  /sqlite|libsql|duckdb|sqlcipher/i.test(file.slice(file.lastIndexOf('node_modules')))

/** Accepts any access, and throws if it is called while the wall is up. */
function refusing(exports: unknown, what: string, wall: Wall): unknown {
  if (typeof exports !== 'function' && (typeof exports !== 'object' || exports === null))
    return exports
  return new Proxy(exports, {
    get: (target, name, receiver) => {
      const value: unknown = Reflect.get(target, name, receiver)
      return typeof value === 'function' ? refusing(value, what, wall) : value
    },
    apply(target, owner, values) {
      wall.refuse(what)
      return Reflect.apply(target as () => unknown, owner, values)
    },
    construct(target, values, newTarget) {
      wall.refuse(what)
      return Reflect.construct(target as new () => object, values, newTarget)
    },
  })
}

function wallOffBuiltins(require: NodeJS.Require, wall: Wall): void {
  if (isBuiltin('node:sqlite'))
    wallOffNodeSqlite(silently(() => require('node:sqlite')) as NodeSqlite, wall)
  wallOffThreads(wall)
  wallOffProcesses(wall)
  syncBuiltinESMExports()
}

/** Suppresses Node's warning about an experimental module, which the project itself has not loaded. */
function silently<T>(load: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}
