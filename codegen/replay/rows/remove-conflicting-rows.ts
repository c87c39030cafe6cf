// Finds the generated rows that make a side fail though no application need have such rows, so that they can be taken out:
// numbers at the edge of what SQLite keeps or adds up, and what stands in the way of rows that the migration brings itself.
import type { CatalogTable } from '../../model/catalog.js'
import { attemptLater } from '../sides/attempt.js'
import { splitStatements } from '../../../src/sql/split-statements.js'
import { wholeSide } from '../sides/whole-side.js'
import type { SideFailure } from '../sides/run-side.js'
import type { RawRow } from './fill/connection.js'
import {
  deleteDescendants,
  deleteRows,
  emptyTable,
  moderateNumbers,
  tameExtremes,
} from './fill/delete-rows.js'
import { fewestRows } from './judge/fewest-rows.js'
import { heirsAfter } from './judge/heirs.js'
import { insertImage } from './insert-image.js'
import { hasFailed, identityOf, type Failed } from './judge-failure.js'
import type { Prover } from './prover.js'
import { reachOf, tableNamed, tablesOf } from './fill/table-graph.js'
import { namesIn } from '../../sql/names-in.js'
import { effectOf, type Effect } from './watch/statement-effect.js'
import { takeImage, type TableImage } from './watch/table-image.js'
import type { EmptyControl } from './empty-control.js'
import { foldCase, plainName } from '../../../src/sql/names.js'

/** A side that fails on a database with rows, after what has been taken out already. */
export interface Trouble {
  readonly rows: Prover
  readonly bare: EmptyControl
  readonly failed: Failed
  /** Takes out what stood in the way before. */
  prepare(): void
}

/** Takes rows out, in whatever transaction there is; answers the tables that have fewer or tamer ones, in lower case. */
export type Clearance = () => ReadonlySet<string>

/**
 * The rows that must go for the side to come further than it did; null when what it fails on is its own fault, or cannot be
 * tried. A row that the side makes out of other rows, a constraint that comes to rows and an UPDATE are its own fault.
 */
export const removeConflictingRows = (trouble: Trouble): Promise<Clearance | null> =>
  attemptLater(trouble.rows, trouble.failed.attended, () => inTheWayOf(trouble), null)

async function inTheWayOf(trouble: Trouble): Promise<Clearance | null> {
  const { failure, attended } = trouble.failed
  const { effects, transaction } = attended.entry
  if (failure.leftover || effects !== undefined || transaction === false) return null
  const tamer = tamings(trouble.failed, trouble.rows).find((clear) => movesOn(trouble, clear))
  if (tamer) return tamer
  const inTheWay = await conflictOf(trouble)
  return inTheWay && (() => takeOut(trouble, inTheWay))
}

/** What `sum` says: products of large numbers do not survive it either, and no application has such in all columns. */
const OVERFLOW = /^integer overflow$/

/** The ways to give the tables that the side reaches other numbers, the gentlest first. */
export function tamings({ attended, failure }: Failed, { connection }: Prover): Clearance[] {
  const { before, reached } = attended
  const ways = [tameExtremes, ...(OVERFLOW.test(failure.message) ? [moderateNumbers] : [])]
  return ways.map((tame) => () => {
    const isTamed = (name: string): boolean => {
      const table = tableNamed(before, name)
      return table !== undefined && tame(connection, before, table)
    }
    return deleteDescendants(connection, before, [...reached].filter(isTamed))
  })
}

/** Rows of one table. */
interface Conflict {
  readonly table: CatalogTable
  readonly rows: readonly RawRow[]
}

function takeOut({ rows: { connection }, failed }: Trouble, { table, rows }: Conflict) {
  const { before } = failed.attended
  deleteRows(connection, before, table, rows)
  return deleteDescendants(connection, before, [foldCase(table.name)])
}

/** Whether the side does not fail any more where it did, after a change that is taken back. */
function movesOn({ rows, failed, prepare }: Trouble, change: () => void): boolean {
  return !failsAlike(rows, failed, () => {
    prepare()
    change()
  })
}

function failsAlike(rows: Prover, { failure, attended }: Failed, change: () => void): boolean {
  const again = rows.tryOut(attended, change)
  return again.isUntried ?? (hasFailed(again) && identityOf(again.failure) === identityOf(failure))
}

/** The rows of a table that an INSERT runs into with values which it did not take from generated rows. */
async function conflictOf(trouble: Trouble): Promise<Conflict | null> {
  const { rows, bare, failed } = trouble
  const { failure, attended } = failed
  const inserts = insertsOf(failure)
  if (failure.cause !== 'sqlite' || inserts.length === 0) return null
  for (const table of tablesWrittenBy(inserts, failed)) {
    if (inserts.some((effect) => copiesFrom(effect, table)) || isMadeAnew(table, failed)) continue
    if (!movesOn(trouble, () => emptyTable(rows.connection, attended.before, table))) continue
    const image = takeImage(rows.connection, table)
    const { version } = attended.entry
    const own = image && (await bare.reach(attended.direction === 'up' ? version - 1 : version))
    const found = { trouble, table, image, own: own === 'unknown' ? null : own }
    if (failsOnThisTable(found)) return { table, rows: fewest(found) }
  }
  return null
}

/** A table without whose rows the side comes further. */
interface Found {
  readonly trouble: Trouble
  readonly table: CatalogTable
  readonly image: TableImage | null
  /** The history without generated rows, as it is before the side; null where it cannot be had. */
  readonly own: Prover | null
}

/** The INSERTs of what failed; none where something else in it may be what failed. */
function insertsOf({ at }: SideFailure): Effect[] {
  const effects = splitStatements(at.statement ?? '').map(({ text }) =>
    effectOf(text, wholeSide(at.version, at.direction)),
  )
  const inserts = effects.filter(({ verb }) => verb === 'insert')
  return effects.every(({ verb }) => NEVER_IN_THE_WAY.has(verb)) ? inserts : []
}

const NEVER_IN_THE_WAY = new Set<Effect['verb']>(['insert', 'create', 'drop', 'delete'])

/** The one that SQLite names, those that the INSERTs name, then those that triggers write to. */
function tablesWrittenBy(
  inserts: readonly Effect[],
  { failure, attended: { before } }: Failed,
): CatalogTable[] {
  const words = [...namesIn(failure.message), ...inserts.map(({ table }) => table)]
  const { reached } = reachOf(new Set(words), before, 'still')
  return [...reached].flatMap((name) => tableNamed(before, name) ?? [])
}

/** Whether another table has the name by then, or rows come back over tables that the side has put them into. */
function isMadeAnew(table: CatalogTable, { failure: { at }, attended }: Failed): boolean {
  const { before, effects } = attended
  const end = effects.findLastIndex(
    ({ place }) =>
      place.script === at.script && place.offset === at.offset && place.statement === at.statement,
  )
  const ran = end < 0 ? effects : effects.slice(0, end + 1)
  const { is, hops } = heirsAfter({ before, effects: ran })(foldCase(table.name))
  const last = ran.at(-1)
  const isFrom = ({ shape, table: name }: Effect): boolean =>
    last !== undefined &&
    copiesFrom(last, { name: shape.kind === 'create-table' ? plainName(shape.name.key) : name })
  return is !== 'same' || hops.some(isFrom)
}

/** Whether rows come from the table itself: outside of brackets, where subqueries only ask whether there is a row. */
function copiesFrom({ tokens }: Effect, { name }: Pick<CatalogTable, 'name'>): boolean {
  let depth = 0
  let listing = false
  for (const token of tokens) {
    if (token === '(') depth++
    else if (token === ')') depth--
    else if (depth > 0) continue
    else if (token === 'FROM') listing = true
    else if (token === 'WHERE') listing = false
    else if (listing && [...namesIn(token)].includes(foldCase(name))) return true
  }
  return false
}

/**
 * Whether no generated rows but those of this table are needed for the failure: what the side inserts is its own then. Tried
 * on the history without generated rows; where that cannot be had, with all other tables empty.
 */
function failsOnThisTable({ trouble, table, image, own }: Found): boolean {
  const { rows, failed, prepare } = trouble
  if (own && image) return failsAlike(own, failed, () => insertImage(own, image))
  const { before } = failed.attended
  return failsAlike(rows, failed, () => {
    prepare()
    for (const other of tablesOf(before))
      if (other.name !== table.name) emptyTable(rows.connection, before, other)
  })
}

/** Not all rows of the table need go: rows that the history has made itself may be needed later. */
function fewest({ trouble, table, image, own }: Found): readonly RawRow[] {
  const { connection } = trouble.rows
  const { before } = trouble.failed.attended
  const all = image ? ownFirst(image, own && takeImage(own.connection, table)) : []
  return fewestRows(all, (some) =>
    movesOn(trouble, () => deleteRows(connection, before, table, some)),
  )
}

/** Rows by what tells them, those first that there are without generated rows as well, whatever number they have there. */
function ownFirst(image: TableImage, own: TableImage | null): RawRow[] {
  const numbers = new Set(
    image.columns.flatMap(({ primaryKey, type }, index) =>
      primaryKey > 0 && foldCase(type) === 'integer' ? [index] : [],
    ),
  )
  const textOf = (values: RawRow): string =>
    values.map((value, index) => (numbers.has(index) ? '' : `${typeof value} ${value}`)).join('\n')
  const known = new Set(own?.rows.map(({ values }) => textOf(values)))
  const isOwn = ({ values }: TableImage['rows'][number]): boolean => known.has(textOf(values))
  const ordered = [...image.rows.filter(isOwn), ...image.rows.filter((row) => !isOwn(row))]
  return ordered.map(({ identity: row }) => row)
}
