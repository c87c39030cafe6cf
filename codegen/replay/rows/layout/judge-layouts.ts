// Judges whether views and triggers change their meaning because a side adds, drops or reorders columns. They are tried on the same rows in
// both layouts, so that changes to rows do not count.
import { orElse } from '../../../../src/model/or-else.js'
import { foldCase, quoteIdentifier } from '../../../../src/sql/names.js'
import type { CatalogColumn, CatalogView } from '../../../model/catalog.js'
import type { LayoutMatters } from '../../../model/version-facts.js'
import type { HistoryRun } from '../../sides/history-run.js'
import type { Connection } from '../fill/connection.js'
import type { TableGraph } from '../fill/table-graph.js'
import { REPEATS } from '../../sides/repeats.js'
import { differenceOf, type RowTexts } from '../watch/row-texts.js'
import type { ObservedSide } from '../watch/observed-run.js'
import { keptReaders, type KeptReader } from './kept-readers.js'
import {
  firedTexts,
  REFUSED,
  triggerIn,
  isOrderedByPlace,
  numbered,
  textsOf,
  type Ground,
  type ReadPair,
} from './meaning.js'
import { keptColumns, plainDatabase, type FilledPair } from './plain-database.js'
import { rowTrials } from './row-trials.js'
import { isRearranged, type ColumnPair, type TablePair } from './table-pairs.js'

/** Tries the views and triggers that the side keeps; `now` is the schema after the side, with rows. */
export async function judgeLayouts(
  run: HistoryRun,
  connection: Connection,
  side: ObservedSide,
  now: TableGraph,
): Promise<LayoutMatters[]> {
  if (side.before.catalog === now.catalog) return []
  const kept = keptReaders(side, now)
  if (kept.length === 0) return []
  const found = new Map<string, LayoutMatters>()
  for (const { of, fill } of rowTrials(connection, side, kept)) {
    const left = of.filter(({ key }) => !found.has(key))
    if (left.length === 0) continue
    for (const one of await matters({ run, side, now }, left, fill())) found.set(one.object, one)
  }
  return kept.flatMap(({ key }) => found.get(key) ?? [])
}

interface Change {
  readonly run: HistoryRun
  readonly side: ObservedSide
  readonly now: TableGraph
}

/** The views and triggers with a different result on these rows; none where SQLite cannot read them. */
async function matters(
  { run, side, now }: Change,
  kept: readonly KeptReader[],
  filled: readonly FilledPair[],
): Promise<LayoutMatters[]> {
  const views = new Set(kept.flatMap((one) => one.views))
  const viewsIn = ({ catalog }: TableGraph): CatalogView[] =>
    [...catalog].flatMap(([key, one]) => (one.type === 'view' && views.has(key) ? [one] : []))
  const open = run.others?.open ?? run.open
  const [before, after] = [await open(), await open()]
  try {
    const grounds: Grounds = {
      was: {
        layout: 'was',
        connection: plainDatabase(before, 'was', filled, viewsIn(side.before)),
      },
      now: { layout: 'now', connection: plainDatabase(after, 'now', filled, viewsIn(now)) },
    }
    return kept.flatMap((one): LayoutMatters[] => {
      const own = one.tables.map((pair) => filled.find(({ now: table }) => table === pair.now)!)
      const seen = orElse(() => seenOf(grounds, one, own), null)
      if (!seen) return []
      const { version } = side.entry
      const others = own.filter(isRearranged)
      const isShown = (table: TablePair): boolean =>
        'table' in seen && table.now.name === seen.table
      const { name } = (others.find(isShown) ?? others[0]!).was
      return [{ kind: 'layout-matters', version, object: one.key, table: name, seen }]
    })
  } finally {
    before.close()
    after.close()
  }
}

interface Grounds {
  readonly was: Ground
  readonly now: Ground
}

type Seen = LayoutMatters['seen']
type Event = Extract<Seen, { readonly what: 'refused' }>['event']

function seenOf(
  grounds: Grounds,
  { was, now }: KeptReader,
  tables: readonly FilledPair[],
): Seen | null {
  if (was.type === 'view' || now.type === 'view') {
    const pair = viewPair(grounds, { was, now }, tables)
    if (!pair) return null
    return steadily(
      grounds,
      (ground) => textsOf(ground, [pair]),
      (texts) =>
        describe([pair], texts) ?? (isOrderedByPlace(now.sql) ? byOrder(pair, texts) : null),
    )
  }
  const owner = foldCase(was.table)
  const on =
    tables.find((table) => foldCase(table.was.name) === owner) ??
    viewPair(grounds, { was: { name: was.table }, now: { name: now.table } }, tables)
  if (!on) return null
  const read = tables.map((one) => ({ ...one, columns: keptColumns(one) }))
  const { event, written } = triggerIn(was.sql)
  if (!event) return null
  const isWritten = ({ was: { name } }: ReadPair): boolean => written.has(foldCase(name))
  const [first, last] = [read.filter(isWritten), read.filter((one) => !isWritten(one))]
  return steadily(
    grounds,
    (ground) => firedTexts(ground, ground.layout === 'was' ? was : now, on, read),
    (texts) =>
      describe(first, texts, 'tables') ??
      refused(texts, event, now.table) ??
      describe(last, texts, 'tables'),
  )
}

/** A difference found every time the rows before are reread, in another order and at a later time. */
function steadily(
  grounds: Grounds,
  read: (ground: Ground) => RowTexts | null,
  find: (texts: readonly RowTexts[]) => Seen | null,
): Seen | null {
  const { run } = grounds.was.connection
  run('PRAGMA reverse_unordered_selects = 0')
  const [first, end] = [read(grounds.was), read(grounds.now)]
  let found: Seen | null = null
  for (let time = 0; time < REPEATS; time++) {
    run(`PRAGMA reverse_unordered_selects = ${(time + 1) % 2}`)
    const again = read(grounds.was)
    found = first && again && end ? find([first, again, end]) : null
    if (!found) break
  }
  return found
}

function byOrder({ now: { name }, columns }: ReadPair, texts: readonly RowTexts[]): Seen | null {
  const all = [{ name, shownAs: name, columns }]
  return differenceOf(all, texts.map(numbered)) ? { what: 'order' } : null
}

function describe(
  pairs: readonly ReadPair[],
  texts: readonly RowTexts[],
  of?: 'tables',
): Seen | null {
  const tables = pairs.map(({ now, columns }) => ({ name: now.name, shownAs: now.name, columns }))
  const found = differenceOf(tables, texts)
  if (!found) return null
  const place = of ? found.table : null
  const [was, is] = [texts[0]!, texts[2]!].map((one) => one.get(found.table) ?? [])
  if (was!.length !== is!.length)
    return { what: 'rows', table: place, was: was!.length, is: is!.length }
  const columns = tables.find(({ name }) => name === found.table)!.columns
  const others = (at: number): number => was!.findIndex((row, index) => row[at] !== is![index]![at])
  const at = found.column >= 0 ? found.column : columns.findIndex((_, one) => others(one) >= 0)
  const row = at < 0 ? -1 : others(at)
  if (row < 0) return { what: 'order' }
  const { name } = columns[at]!.now!
  return { what: 'value', table: place, column: name, was: was![row]![at]!, is: is![row]![at]! }
}

/** Whether more or fewer of the triggering statements are refused. */
function refused(texts: readonly RowTexts[], event: Event, table: string): Seen | null {
  if (!differenceOf([{ name: REFUSED, shownAs: table, columns: [PLAIN] }], texts)) return null
  const [was = 0, is = 0] = [texts[0]!, texts[2]!].map(
    (one) => one.get(REFUSED)!.filter(([end]) => end === REFUSED).length,
  )
  return was === is ? null : { what: 'refused', event, table, was, is }
}

interface Named {
  readonly was: { readonly name: string }
  readonly now: { readonly name: string }
}

/** The columns of a view with the same name, or matched through a renamed column; null if the view does not compile. */
function viewPair(
  grounds: Grounds,
  { was, now }: Named,
  tables: readonly TablePair[],
): ReadPair | null {
  const before = columnsIn(grounds.was, was.name)
  const after = columnsIn(grounds.now, now.name)
  const columns = [...after.values()].flatMap((column): ColumnPair[] => {
    const found = before.get(originOf(foldCase(column.name), before, tables))
    return found ? [{ was: found, now: column }] : []
  })
  // Rows of a view that shows a new column may differ in that column only.
  return columns.length > 0 ? { was, now, columns, isSet: after.size > columns.length } : null
}

/** A renamed column is meant if its new name belonged to another column of its table, or did not appear in the view. */
function originOf(
  name: string,
  before: ReadonlyMap<string, unknown>,
  tables: readonly TablePair[],
): string {
  const renamed = tables.flatMap((table) =>
    keptColumns(table).flatMap((one) => {
      const [from, to] = [foldCase(one.was!.name), foldCase(one.now!.name)]
      if (to !== name || from === to || !before.has(from)) return []
      const isTaken = table.columns.some(({ was }) => was && foldCase(was.name) === to)
      return isTaken || !before.has(name) ? [from] : []
    }),
  )
  return renamed[0] ?? name
}

const columnsIn = ({ connection }: Ground, view: string): Map<string, CatalogColumn> =>
  new Map(
    connection.handle
      .prepare(`SELECT * FROM ${quoteIdentifier(view)}`)
      .columns()
      .map(({ name }) => [foldCase(name), { ...PLAIN, name }]),
  )

const PLAIN: CatalogColumn = {
  name: '',
  type: '',
  notNull: false,
  default: null,
  primaryKey: 0,
  generated: null,
  hidden: false,
}
