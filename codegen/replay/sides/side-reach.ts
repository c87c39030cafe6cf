// Reads from the SQL of a side what it may at most do to the schema and to rows. Pure.
import type { Entry } from './step-side.js'
import { remembered } from '../../../src/model/collected.js'
import { scriptsIn } from '../../../src/plan/scripts.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import type { Statement } from '../../sql/statement.js'
import type { Direction } from '../../model/evidence.js'
import { unquote } from '../../../src/sql/names.js'
import { readStatement } from '../../sql/read-statement.js'

/** What a side may do at most. */
export interface SideReach {
  /**
   * `none`: leaves the schema as it is. `adds`: makes objects and leaves all others as they are. `removes`: drops objects, likewise.
   * `extends`: adds columns to tables that it names. `shrinks`: drops columns of such tables. `alters`: changes them in other ways. `any`:
   * unknown.
   */
  readonly schema: 'none' | 'adds' | 'removes' | 'extends' | 'shrinks' | 'alters' | 'any'
  /** Whether rows of tables that stay may be added, removed or changed. */
  readonly rows: boolean
}

/** Returns how far a side reaches. */
export type ReachOf = typeof reachOfSide

/** Caches the result for each entry, as several proofs of one version ask. */
export function reachMemo(): ReachOf {
  const known = new WeakMap<Entry, Map<Direction, SideReach>>()
  return (entry, direction) =>
    remembered(
      remembered(known, entry, () => new Map<Direction, SideReach>()),
      direction,
      () => reachOfSide(entry, direction),
    )
}

/** Nothing is known about code. */
export function reachOfSide(entry: Entry, direction: Direction): SideReach {
  const scripts = scriptsIn(entry, direction)
  if (!scripts) return ANYTHING
  const reaches = scripts.flatMap((script) =>
    SUSPECT.test(script)
      ? splitStatements(script).map(({ text }) => reachOfStatement(text))
      : { schema: 'none' as const, rows: true },
  )
  const schemas = new Set(reaches.map(({ schema }) => schema).filter((schema) => schema !== 'none'))
  const [schema = 'none'] = schemas
  return {
    schema: schemas.size > 1 ? 'any' : schema,
    rows: entry.foreignKeys === 'enforce' || reaches.some(({ rows }) => rows),
  }
}

/**
 * Whether an entry only makes objects, its `down` only drops objects, and neither affects rows. If `down` then leads back to exactly the
 * previous schema, it dropped what `up` made and nothing else, so that all rows are unchanged.
 */
export function onlyAddsAndRemoves(reach: ReachOf, entry: Entry): boolean {
  const [up, down] = [reach(entry, 'up'), reach(entry, 'down')]
  return up.schema === 'adds' && down.schema === 'removes' && !up.rows && !down.rows
}

const ANYTHING: SideReach = { schema: 'any', rows: true }

/** Keywords of statements that may change a schema, and SELECT, which may call a function that does. */
const SUSPECT =
  /\b(?:create|drop|alter|pragma|vacuum|attach|detach|analyze|reindex|select|writable_schema)\b/i

function reachOfStatement(text: string): SideReach {
  const shape = readStatement(text)
  if (WRITES.has(shape.kind) && !SUSPECT.test(text)) return { schema: 'none', rows: true }
  const schema = isKnown(shape) ? SCHEMA[shape.kind] : undefined
  return { schema: schema ?? 'any', rows: schema !== 'adds' && schema !== 'removes' }
}

/**
 * Only statements on the main schema; no table created from a query, which may call functions, and no virtual table, which may create
 * others.
 */
function isKnown(shape: Statement): boolean {
  const { schema = 'main' } = ('name' in shape ? shape.name : 'table' in shape && shape.table) || {}
  if (schema !== 'main' || ('temporary' in shape && shape.temporary)) return false
  return shape.kind !== 'create-table' || shape.columns !== null
}

const WRITES: ReadonlySet<Statement['kind']> = new Set(['insert', 'update', 'delete'])

/** The body of a view or trigger does nothing yet when it is created. */
const SCHEMA: Partial<Readonly<Record<Statement['kind'], SideReach['schema']>>> = {
  'create-table': 'adds',
  'create-index': 'adds',
  'create-view': 'adds',
  'create-trigger': 'adds',
  drop: 'removes',
  'add-column': 'extends',
  'drop-column': 'shrinks',
  'alter-constraint': 'alters',
}

/** The tables that a side adds columns to or drops columns of, as it names them. */
export function alteredTables(entry: Entry, direction: Direction): readonly string[] {
  return (scriptsIn(entry, direction) ?? [])
    .flatMap((script) => splitStatements(script).map(({ text }) => readStatement(text)))
    .flatMap((shape) =>
      shape.kind === 'add-column' || shape.kind === 'drop-column'
        ? [unquote(shape.table.text)]
        : [],
    )
}
