// Foreign keys that do not hold: rows without their parent, parents that are missing or not unique.
import { perform, settled } from '../../src/database/outcome.js'
import { inSmallLetters } from '../../src/schema/canonical-tokens.js'
import { countViolations } from '../../src/run/foreign-keys.js'
import type { Catalog, CatalogTable, ForeignKeyBroken } from '../evidence.js'
import { reachOfHalf } from './half-reach.js'
import { catalogChanges } from './read-catalog.js'
import type { ReplayLine } from './replay-line.js'
import { placeAbout, placeOfKey, type Half } from './statement-about.js'

type BrokenKey = Pick<ForeignKeyBroken, 'table' | 'columns' | 'parent' | 'rows' | 'message'>

/** Each foreign key that does not hold, by table, columns and parent. */
export type BrokenKeys = ReadonlyMap<string, BrokenKey>

/** The foreign keys that do not hold now. */
export function brokenKeys(line: ReplayLine, catalog: Catalog): BrokenKeys {
  const tables = [...catalog.values()].filter(
    (object): object is CatalogTable => object.type === 'table' && object.foreignKeys.length > 0,
  )
  if (tables.length === 0) return new Map()
  const missing = tables.flatMap((table) => parentless(line, catalog, table))
  if (!isAnyBroken(line)) return keysByIdentity(missing)
  const { violations, unchecked } = perform('sync', countViolations(line.env))
  const mismatched = [...unchecked].map(([table, message]) => mismatch(catalog, table, message))
  const violated = [...violations.values()].map(({ table, columns, parent, rows }) => ({
    table,
    columns: columns.split(', '),
    parent,
    rows,
    message: null,
  }))
  // A key that is wrong itself is told as such, whatever rows there are.
  return keysByIdentity([...violated, ...mismatched, ...missing])
}

/**
 * The foreign keys that do not hold after a half that began when none was broken. Where it only adds to the schema, the
 * keys of the tables that it adds are looked at.
 */
export function brokenKeysAfter(
  line: ReplayLine,
  { entry, direction }: Half,
  {
    before,
    after,
    keys,
  }: { readonly before: Catalog; readonly after: Catalog; readonly keys: BrokenKeys },
): BrokenKeys {
  const { schema, rows } = reachOfHalf(entry, direction)
  if (rows || keys.size > 0 || (schema !== 'adds' && schema !== 'none'))
    return brokenKeys(line, after)
  const added = Object.values(catalogChanges(before, after)).filter(
    (object): object is CatalogTable => object?.type === 'table' && object.foreignKeys.length > 0,
  )
  const isWhole = added.every(
    (table) => parentless(line, after, table).length === 0 && !isBrokenIn(line, table.name),
  )
  return isWhole ? keys : brokenKeys(line, after)
}

function isBrokenIn({ env }: ReplayLine, table: string): boolean {
  try {
    return perform('sync', settled(env.driver.query(PROBE_ONE, [table]))).length > 0
  } catch {
    return true
  }
}

const PROBE_ONE = 'SELECT 1 FROM pragma_foreign_key_check(?) LIMIT 1'

/** Asked first: counting costs many times as much. */
function isAnyBroken({ env }: ReplayLine): boolean {
  try {
    const rows = perform('sync', settled(env.driver.query(PROBE)))
    return rows.length > 0
  } catch {
    // One key that points at nothing unique makes the check as a whole fail.
    return true
  }
}

const PROBE = 'SELECT 1 FROM pragma_foreign_key_check LIMIT 1'

const keysByIdentity = (keys: readonly BrokenKey[]): BrokenKeys =>
  new Map(keys.map((key) => [identity(key), key]))

const identity = ({ table, columns, parent }: BrokenKey): string =>
  inSmallLetters(JSON.stringify([table, columns, parent]))

/** Keys whose parent is not there. Tables that are left out of the catalog are asked for. */
const parentless = (line: ReplayLine, catalog: Catalog, table: CatalogTable): BrokenKey[] =>
  table.foreignKeys
    .filter(({ parent }) => !catalog.has(`table ${inSmallLetters(parent)}`))
    .filter(({ parent }) => !exists(line, parent))
    .map(({ columns, parent }) => ({ table: table.name, columns, parent, rows: 0, message: null }))

const exists = ({ handle }: ReplayLine, name: string): boolean =>
  handle
    .prepare<[string], unknown>('SELECT 1 FROM sqlite_master WHERE name = ? COLLATE NOCASE')
    .get(name) !== undefined

/** SQLite names the two tables of a key that points at nothing unique, and not its columns. */
function mismatch(catalog: Catalog, table: string, message: string): BrokenKey {
  const parent = /referencing "(.*)"/s.exec(message)?.[1] ?? ''
  const object = catalog.get(`table ${inSmallLetters(table)}`)
  const keys = object?.type === 'table' ? object.foreignKeys : []
  const key = keys.find((one) => inSmallLetters(one.parent) === inSmallLetters(parent))
  return { table, columns: key?.columns ?? [], parent, rows: 0, message }
}

/** What does not hold now and held before, and what holds for fewer rows than before. */
export function keyFacts(half: Half, before: BrokenKeys, now: BrokenKeys): ForeignKeyBroken[] {
  const news = [...now].filter(([key, { rows }]) => rows > (before.get(key)?.rows ?? -1))
  return news.map(([, key]) => {
    const { table, parent, rows } = key
    const at = rows > 0 ? placeAbout(half, [table, parent]) : placeOfKey(half, table, parent)
    return { kind: 'foreign-key-broken', at, ...key }
  })
}
