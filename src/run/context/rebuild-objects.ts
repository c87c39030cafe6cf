// Collects the objects around a table that `ctx.rebuild` has to drop and recreate.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { rebuildInvalid } from '../../errors/usage.js'
import { foldCase, isSameName } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { refuseTakenName } from '../environment/refuse-unsafe.js'

/** A user-defined object, and the schema it belongs to. */
export interface Definition {
  readonly owner: 'main' | 'temp'
  readonly type: string
  readonly name: string
  /** The table of an index or a trigger, otherwise its own name. */
  readonly table: string
  readonly sql: string
}

const objectsIn = (owner: Definition['owner']): string =>
  `SELECT '${owner}' AS owner, rowid AS place, type, name, tbl_name AS "table", sql FROM ${owner}.sqlite_master WHERE sql NOT NULL`

/** The objects around a table that is rebuilt. */
export interface Surroundings {
  /** Everything in the database and in the TEMP schema of the connection. */
  readonly all: readonly Definition[]
  /** The objects that have to be recreated. */
  readonly attached: readonly Definition[]
}

/** Collects them. Throws `REBUILD_INVALID` if the table does not exist or one of the names refers to something else. */
export function* surroundingsOf<H>(env: Environment<H>, table: string): Work<Surroundings> {
  yield* refuseTakenName(env)
  const all = yield* definitionsIn(env)
  const main = all.filter(({ owner }) => owner === 'main')
  const refuse = (...why: readonly [reason: string, fix?: string]): LockstepError =>
    new LockstepError(rebuildInvalid(table, ...why))
  if (!main.some(({ type, name }) => type === 'table' && isSameName(name, table)))
    throw refuse('there is no such table')
  const attached = hangingOn(table, all)
  const names = attached.filter(({ owner }) => owner === 'main').map(({ name }) => name)
  const shadow = all.find(
    ({ owner, type, name }) =>
      owner === 'temp' &&
      /^(?:table|view)$/.test(type) &&
      [table, ...names].some((taken) => isSameName(taken, name)),
  )
  if (shadow)
    throw refuse(`a TEMP ${shadow.type} hides ${shadow.name}`, 'Drop or rename it before the call.')
  return { all, attached }
}

/** All objects, those of the TEMP schema last, each in order of creation. */
function* definitionsIn<H>({ driver }: Environment<H>): Work<readonly Definition[]> {
  const query = `${objectsIn('main')} UNION ALL ${objectsIn('temp')} ORDER BY owner, place`
  return (yield* settled(driver.query(query))) as unknown as readonly Definition[]
}

/**
 * The table's own indexes and triggers, every view and trigger whose text mentions it or such a view, and the other triggers on
 * the same tables as these triggers: SQLite fires them in order of creation.
 */
function hangingOn(table: string, all: readonly Definition[]): readonly Definition[] {
  const found = new Set<Definition>()
  const mentioned = new Set([bare(table)])
  const watched = new Set<string>()
  const belongs = ({ type, table: on, sql }: Definition): boolean => {
    if (type === 'index') return isSameName(on, table)
    if (type === 'trigger' && watched.has(foldCase(on))) return true
    return type !== 'table' && [...mentioned].some((name) => bare(sql).includes(name))
  }
  for (let before = -1; before < found.size;) {
    before = found.size
    for (const one of all.filter((each) => !found.has(each) && belongs(each))) {
      found.add(one)
      if (one.type === 'view') mentioned.add(bare(one.name))
      if (one.type === 'trigger') watched.add(foldCase(one.table))
    }
  }
  return all.filter((one) => found.has(one))
}

/** A name as it may appear in SQL, regardless of quotes around or inside it. */
const bare = (text: string): string => foldCase(text).replace(/["`]/g, '')
