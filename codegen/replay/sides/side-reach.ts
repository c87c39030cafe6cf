// How far one side of a migration reaches, told from its SQL alone: what it may do to the schema and to rows. Pure.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import { sideOf } from '../../../src/plan/scripts.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import type { Statement } from '../../sql/statement.js'
import type { Direction } from '../../model/evidence.js'
import { unquote } from '../../../src/sql/names.js'
import { readStatement } from '../../sql/read-statement.js'

/** What a side may do at most. */
export interface SideReach {
  /**
   * `none`: leaves the schema as it is. `adds`: makes objects and leaves all others as they are. `removes`: takes objects
   * away, likewise. `extends`: adds columns to tables that it names. `shrinks`: takes columns from such. `alters`: changes such in
   * other ways. `any`: nothing can be told.
   */
  readonly schema: 'none' | 'adds' | 'removes' | 'extends' | 'shrinks' | 'alters' | 'any'
  /** Whether rows of tables that stay may come, go or change. */
  readonly rows: boolean
}

/** Tells how far a side reaches. */
export type ReachOf = typeof reachOfSide

/** Remembers what it has told of each entry: several proofs of one version ask. */
export function reachMemo(): ReachOf {
  const known = new WeakMap<RegistryEntry<Database>, Map<Direction, SideReach>>()
  return (entry, direction) => {
    const sides = known.get(entry) ?? new Map<Direction, SideReach>()
    known.set(entry, sides)
    const reach = sides.get(direction) ?? reachOfSide(entry, direction)
    sides.set(direction, reach)
    return reach
  }
}

/** Of code nothing can be told. */
export function reachOfSide(entry: RegistryEntry<Database>, direction: Direction): SideReach {
  const side = sideOf(entry, direction)
  if (!side || !('scripts' in side)) return ANYTHING
  const reaches = side.scripts.flatMap((script) =>
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
 * Whether an entry only makes objects, its `down` only removes objects, and no rows come, go or change with either. Where
 * `down` then leads to the very schema that was there before, it has removed what `up` made and nothing else: all rows are
 * those that were there.
 */
export function onlyAddsAndRemoves(reach: ReachOf, entry: RegistryEntry<Database>): boolean {
  const [up, down] = [reach(entry, 'up'), reach(entry, 'down')]
  return up.schema === 'adds' && down.schema === 'removes' && !up.rows && !down.rows
}

const ANYTHING: SideReach = { schema: 'any', rows: true }

/** Words of statements that may change a schema, or of SELECT, which may call a function that does. */
const SUSPECT =
  /\b(?:create|drop|alter|pragma|vacuum|attach|detach|analyze|reindex|select|writable_schema)\b/i

function reachOfStatement(text: string): SideReach {
  const shape = readStatement(text)
  if (WRITES.has(shape.kind) && !SUSPECT.test(text)) return { schema: 'none', rows: true }
  const schema = isKnown(shape) ? SCHEMA[shape.kind] : undefined
  return { schema: schema ?? 'any', rows: schema !== 'adds' && schema !== 'removes' }
}

/** Not in another schema; no table made from a query, which may call functions, and no virtual one, which may make others. */
function isKnown(shape: Statement): boolean {
  const { schema = 'main' } = ('name' in shape ? shape.name : 'table' in shape && shape.table) || {}
  if (schema !== 'main' || ('temporary' in shape && shape.temporary)) return false
  return shape.kind !== 'create-table' || shape.columns !== null
}

const WRITES: ReadonlySet<Statement['kind']> = new Set(['insert', 'update', 'delete'])

/** The body of a view or a trigger waits for its event, and does nothing yet. */
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

/** The tables that a side adds columns to, or takes them from, as it names them. */
export function alteredTables(
  entry: RegistryEntry<Database>,
  direction: Direction,
): readonly string[] {
  const side = sideOf(entry, direction)
  if (!side || !('scripts' in side)) return []
  return side.scripts
    .flatMap((script) => splitStatements(script).map(({ text }) => readStatement(text)))
    .flatMap((shape) =>
      shape.kind === 'add-column' || shape.kind === 'drop-column'
        ? [unquote(shape.table.text)]
        : [],
    )
}
