// Watches foreign keys over a run: counts once before the first step that can make a violation, and after each such step.
import { settled, type Work } from '../../database/outcome.js'
import { WRITES } from '../../plan/inspect-sql.js'
import type { Environment } from '../environment/environment.js'
import type { Where } from '../../model/told-step.js'
import { refuseTakenName } from '../environment/refuse-unsafe.js'
import { countIn, countViolations, keyedTables, type KeyCount } from './key-count.js'
import { refuseIncrease } from './key-increase.js'
import { isLarge, touchedOnly } from './touched.js'
import type { Task } from '../environment/task.js'
import { foldCase } from '../../sql/names.js'

/** Brackets each step; `before` and `after` run inside the step's transaction. */
export interface KeyWatch<H> {
  before(task: Task<H>): Work<void>
  /** Notes a text that a step is about to run: if there are no keys, only REFERENCES or ATTACH can add some. */
  see(sql: string): void
  /** Throws if the step has left more violations of a constraint than there were. */
  after(task: Task<H>): Work<void>
  /** Called when another connection has committed: what it left must be counted again and not be blamed on a step. */
  forget(): void
}

const NOTHING: KeyCount = new Map()

/** Starts watching. Nothing is counted for steps that the build has proven harmless, nor while there are no keys at all. */
export function keyWatch<H>(env: Environment<H>): KeyWatch<H> {
  let counted: KeyCount | undefined
  let schemas: Schemas
  let may = { refer: false, attach: false, vacuum: false, write: false }
  let version: unknown
  let touched: Touched | undefined
  return {
    *before(task) {
      touched = undefined
      const attach = env.driver.mode === 'async' || !isSql(task)
      // For a step in a transaction only the final state matters, not its writes in between.
      may = { refer: may.refer, attach, vacuum: false, write: !task.outside }
      if (task.outside) version = yield* settled(env.driver.dataVersion())
      if (proven(task) || (counted && !may.refer)) return
      touched = yield* countTouched(env, task, counted)
      if (touched || counted) return
      schemas = yield* refuseTakenName(env)
      may.refer ||= yield* hasKeys(env, schemas.keys())
      counted = may.refer ? yield* countViolations(env, schemas.keys()) : NOTHING
    },
    see(sql) {
      may = alsoBy(sql, may)
    },
    *after(task) {
      const only = proven(task)
      if (only === true) return
      const others = task.outside && version !== (yield* settled(env.driver.dataVersion()))
      if (others && !may.write) return
      const where = { ...task, others, renumbered: others || may.vacuum }
      // A table that the step has just created had no violations before.
      if (only) return yield* refuseIncrease(env, where, NOTHING, yield* countIn(env, only))
      if (touched) return void (counted = yield* judgeTouched(env, where, touched, counted))
      if (!counted || !may.refer) return
      const known = schemas
      if (may.attach) schemas = yield* refuseTakenName(env)
      counted = yield* judgeAll(env, where, counted, [known, schemas])
    },
    forget() {
      counted = undefined
    },
  }
}

/** The tables of a large database that a step can touch, and their violations before it. */
interface Touched {
  readonly tables: readonly string[]
  readonly before: KeyCount
}

function* countTouched<H>(
  env: Environment<H>,
  task: Task<H>,
  counted: KeyCount | undefined,
): Work<Touched | undefined> {
  env.large ??= yield* isLarge(env)
  const tables = env.large ? yield* touchedOnly(env, task) : undefined
  if (!tables) return undefined
  return { tables, before: counted ? partOf(counted, tables) : yield* countIn(env, tables) }
}

type Schemas = ReadonlyMap<string, unknown>

function* judgeAll<H>(
  env: Environment<H>,
  where: Where,
  before: KeyCount,
  [known, schemas]: readonly [Schemas, Schemas],
): Work<KeyCount> {
  const now = yield* countViolations(env, schemas.keys())
  // A schema that the step has attached may have had its violations before.
  const judged = [...now].filter(([, { schema }]) => known.get(schema) === schemas.get(schema))
  yield* refuseIncrease(env, where, before, new Map(judged))
  return now
}

/** Returns what is then known of all tables. */
function* judgeTouched<H>(
  env: Environment<H>,
  where: Where,
  { tables, before }: Touched,
  counted: KeyCount | undefined,
): Work<KeyCount | undefined> {
  const now = yield* countIn(env, tables)
  yield* refuseIncrease(env, where, before, now)
  return counted && new Map([...partOf(counted, tables, 'others'), ...now])
}

/** The part of a count that concerns the given tables, or all others. */
const partOf = (count: KeyCount, tables: readonly string[], which?: 'others'): KeyCount =>
  new Map(
    [...count].filter(
      ([, { table }]) => tables.includes(foldCase(table)) === (which === undefined),
    ),
  )

/** What texts may do: declare a key; attach or detach a schema, or use `temp` first; renumber rows; write. */
interface May {
  readonly refer: boolean
  readonly attach: boolean
  readonly vacuum: boolean
  readonly write: boolean
}

/** Folds the text once instead of using patterns, which would have to be compiled in a process that does this once. */
function alsoBy(sql: string, may: May): May {
  const text = foldCase(sql)
  const has = (word: string): boolean => text.includes(word)
  return {
    refer: may.refer || has('references') || has('attach'),
    attach: may.attach || has('tach') || has('temp'),
    vacuum: may.vacuum || has('vacuum'),
    write: may.write || WRITES.test(sql),
  }
}

/** Whether everything that a step runs can be seen: code may use ways that are not watched. */
const isSql = <H>({ direction, entry: { source } }: Task<H>): boolean =>
  typeof source !== 'function' && typeof source[direction] !== 'function'

const proven = <H>({ direction, entry }: Task<H>): true | readonly string[] | undefined =>
  direction === 'up' ? entry.keepsForeignKeys : undefined

function* hasKeys<H>({ driver }: Environment<H>, schemas: Iterable<string>): Work<boolean> {
  const tables = [...schemas].map(keyedTables).join(' UNION ALL ')
  const found = yield* settled(driver.query(`${tables} LIMIT 1`))
  return found.length > 0
}
