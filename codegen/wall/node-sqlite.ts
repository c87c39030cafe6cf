// Installs the wall in Node's own SQLite.
import { splitStatements } from '../../src/sql/split-statements.js'
import { idleStatement } from './idle-statement.js'
import { isInMemory } from '../sql/read-reaching.js'
import type { Wall } from './wall.js'
import type { NativeDatabase } from './native-database.js'

/** The exports of `node:sqlite` that can access files. */
export interface NodeSqlite {
  DatabaseSync: DatabaseClass
  backup?: (...values: unknown[]) => unknown
}

type Method = (this: object, ...values: unknown[]) => unknown
type DatabaseClass = (new (...values: unknown[]) => object) & {
  readonly prototype: Record<string, Method>
}

/** Installs the wall in the module. Everything passes while it is not up. */
export function wallOffNodeSqlite(module: NodeSqlite, wall: Wall): void {
  const { prototype } = module.DatabaseSync
  const native = { ...prototype }
  const behind = (database: object) => wall.databaseOf(database, () => wayTo(database, native))
  Object.assign(prototype, {
    exec(this: object, sql: unknown) {
      const database = behind(this)
      return database?.minds(sql) ? database.exec(sql) : native['exec']?.call(this, sql)
    },
    prepare(this: object, sql: unknown, ...others: unknown[]) {
      const database = behind(this)
      const compile = (text: unknown) => native['prepare']?.call(this, text, ...others)
      if (!database?.minds(sql)) return compile(sql)
      return database.prepare(sql, compile) ?? idleStatement(compile)
    },
  })
  for (const name of ['loadExtension', 'createTagStore']) {
    const original = native[name]
    if (!original) continue
    prototype[name] = function (...values) {
      wall.refuse(`call ${name} of node:sqlite`)
      return original.apply(this, values)
    }
  }
  openInMemory(module, wall)
  keepFromCopying(module, wall)
}

function openInMemory(module: NodeSqlite, wall: Wall): void {
  const Native = module.DatabaseSync
  module.DatabaseSync = new Proxy(Native, {
    construct(target, values: unknown[], newTarget) {
      const [path, options] = values
      const file = path instanceof URL ? path.href : String(path)
      const isKept = path !== undefined && file !== ':memory:' && wall.keepsFrom(file)
      const inMemory = [':memory:', { ...(options as object), readOnly: false }]
      const wanted = newTarget === module.DatabaseSync ? target : newTarget
      const database = Reflect.construct(target, isKept ? inMemory : values, wanted) as object
      if (isKept && !isInMemory(file)) wall.standIn(database, file)
      return database
    },
  })
  Object.defineProperty(Native.prototype, 'constructor', { value: module.DatabaseSync })
}

function keepFromCopying(module: NodeSqlite, wall: Wall): void {
  const { backup } = module
  if (!backup) return
  module.backup = (source, path, ...others) => {
    if (!wall.keepsFrom(String(path))) return backup(source, path, ...others)
    wall.tell({ kind: 'statement', text: `backup(${JSON.stringify(String(path))})` })
    return Promise.resolve(0)
  }
}

const wayTo = (
  database: object,
  { exec, prepare, location }: Readonly<Record<string, Method>>,
): NativeDatabase => ({
  exec: (sql) => exec?.call(database, sql),
  prepare: (sql) => requireOne(prepare?.call(database, sql) as Prepared, sql),
  attached() {
    const list = prepare?.call(database, 'PRAGMA database_list') as Prepared
    return list.all().flatMap(({ name }) => (/^(?:main|temp)$/.test(name) ? [] : [name]))
  },
  inTransaction: () => (database as { readonly isTransaction?: boolean }).isTransaction === true,
  file: () => String(location?.call(database) ?? ''),
})

interface Prepared {
  readonly sourceSQL: string
  all(): { readonly name: string }[]
}

/** Node prepares the first of several statements and silently ignores the others. */
function requireOne(prepared: Prepared, sql: string): Prepared {
  if (splitStatements(sql.slice(prepared.sourceSQL.length)).length > 0)
    throw new RangeError('There is more than one statement.')
  return prepared
}
