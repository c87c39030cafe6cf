// Installs the wall in better-sqlite3: in the native class below the client, through which every call of every handle passes.
import { idleStatement } from './idle-statement.js'
import { isInMemory } from '../sql/read-reaching.js'
import type { Wall } from './wall.js'
import type { NativeDatabase } from './native-database.js'

/** The exports of the client's binary. */
export interface Binding {
  Database: NativeClass
}

type Method = (this: object, ...values: unknown[]) => unknown
type NativeClass = (new (...values: unknown[]) => object) & {
  readonly prototype: Record<string, Method>
}

/** Whether a binary is better-sqlite3's, or a fork's. */
export function isBinding(exports: unknown): exports is Binding {
  const { exec, prepare, backup } = ((exports ?? {}) as Partial<Binding>).Database?.prototype ?? {}
  return [exec, prepare, backup].every((one) => typeof one === 'function')
}

/** Installs the wall in a binary; databases that are already open are covered too. */
export function wallOffBinding(binding: Binding, wall: Wall): void {
  const { prototype } = binding.Database
  const native = { ...prototype }
  const behind = (database: object) => wall.databaseOf(database, () => wayTo(database, native))
  const watchBackups = backupWatch(wall)
  const methods: Readonly<Record<string, Method>> = {
    exec(sql) {
      const database = behind(this)
      return database?.minds(sql) ? database.exec(sql) : native['exec']?.call(this, sql)
    },
    prepare(sql, handle, isPragma) {
      watchBackups(handle)
      const database = behind(this)
      const compile = (text: unknown) => native['prepare']?.call(this, text, handle, isPragma)
      if (!database?.minds(sql)) return compile(sql)
      return database.prepare(sql, compile) ?? idleStatement(compile)
    },
    backup(...values) {
      return behind(this) ? NO_BACKUP : native['backup']?.apply(this, values)
    },
    loadExtension(...values) {
      wall.refuse(`load the extension ${String(values[0])}`)
      return native['loadExtension']?.apply(this, values)
    },
  }
  Object.assign(prototype, methods)
  binding.Database = openingInMemory(binding.Database, wall)
  Object.defineProperty(prototype, 'constructor', { value: binding.Database })
}

/** The client's class; a database in a file is opened in memory instead. */
const openingInMemory = (Native: NativeClass, wall: Wall): NativeClass =>
  new Proxy(Native, {
    construct(_, values: unknown[]) {
      const [path = '', , anonymous, , , ...others] = values
      if (anonymous || !wall.keepsFrom(String(path))) return new Native(...values)
      const database = new Native(':memory:', ':memory:', true, false, false, ...others)
      if (!isInMemory(String(path))) wall.standIn(database, String(path))
      return database
    },
  })

/**
 * Patches `backup` on the prototype of the client's handles: by the time it reaches the native class, the step that called it is
 * no longer known.
 */
function backupWatch(wall: Wall): (handle: unknown) => void {
  const seen = new WeakSet<object>()
  return (handle) => {
    const prototype = Object.getPrototypeOf(handle ?? {}) as Record<string, Method> | null
    if (!prototype || seen.has(prototype)) return
    seen.add(prototype)
    const { backup } = prototype
    if (typeof backup !== 'function') return
    prototype['backup'] = function (...values) {
      if (wall.isUp)
        wall.tell({ kind: 'statement', text: `backup(${JSON.stringify(String(values[0]))})` })
      return backup.apply(this, values)
    }
  }
}

const wayTo = (
  database: object,
  { exec, prepare }: Readonly<Record<string, Method>>,
): NativeDatabase => ({
  exec: (sql) => exec?.call(database, sql),
  prepare: (sql) => prepare?.call(database, sql, {}, false),
  attached() {
    if (!(database as NativeFacts).open) return []
    const list = prepare?.call(database, 'PRAGMA database_list', {}, true) as Rows
    return list.all().flatMap(({ name }) => (/^(?:main|temp)$/.test(name) ? [] : [name]))
  },
  inTransaction: () => (database as NativeFacts).inTransaction,
  file: () => ((database as NativeFacts).memory ? '' : (database as NativeFacts).name),
})

interface NativeFacts {
  readonly open: boolean
  readonly inTransaction: boolean
  readonly memory: boolean
  readonly name: string
}

interface Rows {
  all(): { readonly name: string }[]
}

/** Nothing was copied. */
const NO_BACKUP = {
  transfer: () => ({ totalPages: 0, remainingPages: 0 }),
  close() {},
}
