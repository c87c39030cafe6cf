// Finds violated foreign keys: rows without their parent, and parent tables that are missing or not unique in the referenced columns.
import type { StepSide } from './step-side.js'
import { perform, settled } from '../../../src/database/outcome.js'
import { countViolations } from '../../../src/run/keys/key-count.js'
import type { Catalog, CatalogTable } from '../../model/catalog.js'
import type { ForeignKeyBroken } from '../../model/evidence.js'
import type { BrokenKey, BrokenKeys } from './schema-transition.js'
import type { SideReach } from './side-reach.js'
import { isKeyed, type CatalogChanges, type CatalogLook } from '../catalog/read-catalog.js'
import type { ReplayPass } from './replay-pass.js'
import { placeAbout, placeOfKey, type RanSide } from './statement-about.js'
import { foldCase } from '../../../src/sql/names.js'
import { orElse } from '../../../src/model/or-else.js'
import { scriptsIn } from '../../../src/plan/scripts.js'
import { objectKey } from '../../../src/schema/read-schema.js'
import { namedIn } from '../catalog/named-in.js'

/** The foreign keys that are violated now. */
export function brokenKeys(pass: ReplayPass, catalog: Catalog): BrokenKeys {
  const tables = [...catalog.values()].filter(isKeyed)
  if (tables.length === 0) return new Map()
  const missing = tables.flatMap((table) => parentless(pass, catalog, table))
  if (!isAnyBroken(pass)) return keysByIdentity(missing)
  const found = perform('sync', countViolations(pass.env, ['main']))
  const violated = [...found.values()].map(({ table, columns, parent, rows, unchecked }) => ({
    table,
    columns: columns.split(', '),
    parent,
    rows: unchecked === null ? rows : 0,
    message: unchecked,
  }))
  // A foreign key that is itself invalid is reported as such, whatever rows there are.
  return keysByIdentity([...violated, ...missing])
}

/** What a side started from and what it led to. */
export interface KeysBefore {
  readonly before: CatalogLook
  readonly after: CatalogLook
  readonly changes: CatalogChanges
  readonly reach: SideReach
  /** The foreign keys that were violated before it. */
  readonly keys: BrokenKeys
  /** Tables that are in no catalog. */
  readonly ignoreTables: readonly string[]
}

/**
 * The foreign keys that are violated after a side. If none was before, only those that the side can have broken are checked: keys of tables
 * that it adds or changes, and of tables that it may write to or that reference these.
 */
export function brokenKeysAfter(pass: ReplayPass, side: StepSide, began: KeysBefore): BrokenKeys {
  const { keys } = began
  const { catalog } = began.after
  const suspects = keys.size > 0 ? null : suspectsOf(pass, side, began)
  const isWhole = suspects?.every(
    (table) => parentless(pass, catalog, table).length === 0 && !isBrokenIn(pass, table.name),
  )
  return isWhole ? keys : brokenKeys(pass, catalog)
}

/** The tables whose foreign keys a side can have broken; null if that is unknown. */
function suspectsOf(
  pass: ReplayPass,
  side: StepSide,
  { before, after, changes, reach, ignoreTables }: KeysBefore,
): readonly CatalogTable[] | null {
  if (reach.schema === 'any' || reach.schema === 'removes') return null
  const changed = Object.values(changes).filter(isKeyed)
  if (!reach.rows) return changed
  const reached = ignoreTables.length > 0 ? null : tablesReached(pass, side, [before, after])
  if (!reached) return null
  const written: CatalogTable[] = []
  for (const { table, touching } of after.keyed.values())
    // Tables outside the catalog, such as the ledger, change without being named.
    if (touching.some((key) => reached.has(key) || !after.catalog.has(key))) written.push(table)
  return [...changed, ...written]
}

const isBrokenIn = ({ env }: ReplayPass, table: string): boolean =>
  orElse(() => perform('sync', settled(env.driver.query(PROBE_ONE, [table]))).length > 0, true)

const PROBE_ONE = 'SELECT 1 FROM unshadowed.pragma_foreign_key_check(?) LIMIT 1'

/** Checked first: counting costs many times as much. */
function isAnyBroken({ env }: ReplayPass): boolean {
  // A single key that references nothing unique makes the whole check fail.
  return orElse(() => {
    const rows = perform('sync', settled(env.driver.query(PROBE)))
    return rows.length > 0
  }, true)
}

const PROBE = 'SELECT 1 FROM unshadowed.pragma_foreign_key_check LIMIT 1'

const keysByIdentity = (keys: readonly BrokenKey[]): BrokenKeys =>
  new Map(keys.map((key) => [identity(key), key]))

const identity = ({ table, columns, parent }: BrokenKey): string =>
  foldCase(JSON.stringify([table, columns, parent]))

/** Foreign keys whose parent table does not exist. Tables left out of the catalog are looked up in the database. */
const parentless = (pass: ReplayPass, catalog: Catalog, table: CatalogTable): BrokenKey[] =>
  table.foreignKeys
    .filter(({ parent }) => !catalog.has(`table ${foldCase(parent)}`))
    .filter(({ parent }) => !exists(pass, parent))
    .map(({ columns, parent }) => ({ table: table.name, columns, parent, rows: 0, message: null }))

const exists = ({ handle }: ReplayPass, name: string): boolean =>
  handle
    .prepare<[string], unknown>('SELECT 1 FROM sqlite_master WHERE name = ? COLLATE NOCASE')
    .get(name) !== undefined

/** Foreign keys that are newly violated, or by more rows than before. */
export function keyFacts(side: RanSide, before: BrokenKeys, now: BrokenKeys): ForeignKeyBroken[] {
  const news = [...now].filter(([key, { rows }]) => rows > (before.get(key)?.rows ?? -1))
  return news.map(([, key]) => {
    const { table, parent, rows } = key
    const at = rows > 0 ? placeAbout(side, [table, parent]) : placeOfKey(side, key)
    return { kind: 'foreign-key-broken', at, ...key }
  })
}

/**
 * The keys, such as `table users`, of tables and views that a side may write to, rather too many than too few; null if unknown: for code,
 * while foreign keys are enforced, and if virtual tables or temporary objects are involved. Application functions cannot write, as the
 * connection is busy while a statement runs. `looks` are the catalogs before and after the side.
 */
function tablesReached(
  { handle }: ReplayPass,
  { entry, direction }: StepSide,
  looks: readonly CatalogLook[],
): ReadonlySet<string> | null {
  const scripts = scriptsIn(entry, direction)
  if (!scripts || entry.foreignKeys === 'enforce') return null
  if (handle.prepare('SELECT 1 FROM sqlite_temp_master LIMIT 1').get() !== undefined) return null
  const text = scripts.join('\n')
  const reached = new Set<string>()
  for (const look of new Set(looks)) {
    for (const key of withTriggers(look, namedIn(look, text))) {
      const table = look.catalog.get(key)
      if (table?.type === 'table' && table.module !== null) return null
      reached.add(key)
    }
  }
  return reached
}

/** A trigger on one of these may write to whatever it names, and fire other triggers there. */
function withTriggers(look: CatalogLook, named: Set<string>): ReadonlySet<string> {
  const set = new Set<string>()
  for (let found = true; found;) {
    found = false
    for (const [key, object] of look.compiled) {
      if (object.type !== 'trigger' || set.has(key)) continue
      if (
        !named.has(objectKey('table', object.table)) &&
        !named.has(objectKey('view', object.table))
      )
        continue
      set.add(key)
      found = true
      for (const other of namedIn(look, object.sql)) named.add(other)
    }
  }
  return named
}
