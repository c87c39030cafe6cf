// Tries a side that copies rows into another table and deletes them: whether what the copy has tells all of their values, and all of
// them. Code may do both row by row.
import { foldCase, isSameName, plainName, quoteIdentifier } from '../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import type { Fact } from '../../model/evidence.js'
import { identityOf } from '../catalog/row-identity.js'
import { keyText, undoing, type RawRow } from './fill/connection.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { isRowid } from './fill/table-plan.js'
import { changeTold } from './judge/compare-values.js'
import {
  giving,
  sampleOf,
  stateOf,
  trialOf,
  type Sample,
  type Trial,
  without,
} from './other-values.js'
import type { Prover } from './prover.js'
import { literalsOf } from './seed/compared-literals.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import { isTriedUp } from './try-worked-columns.js'
import type { StepSide } from './watch/observed-run.js'
import { groupsRows, isFilling, isQuery, type Effect } from './watch/statement-effect.js'
import type { TablesNow } from './watch/tables-now.js'
import { shownRow, takeImage } from './watch/table-image.js'

/** A table that rows are deleted from, and those that may have a copy of them. */
interface Departure {
  readonly table: CatalogTable
  readonly removal: Effect
  /** In lower case. */
  readonly archives: readonly string[]
}

/** Copies that make one row of several, or leave some out on purpose, are none. */
export function departuresIn(effects: readonly Effect[], situation: TableGraph): Departure[] {
  const copies = effects.filter(isFilling)
  const names = new Set(effects.flatMap(({ verb, table }) => (verb === 'delete' ? [table] : [])))
  return [...names].flatMap((name): Departure[] => {
    const table = tableNamed(situation, name)
    const removal = effects.findLast((one) => one.verb === 'delete' && one.table === name)
    const own = copies.filter((one) => one.table !== name && mayCopy(one, name, effects))
    const isWhole = own.every((one) => !groupsRows(one) && !one.replaces && !isPartial(one))
    if (!table || !removal || own.length === 0 || !isWhole) return []
    return [{ table, removal, archives: [...new Set(own.map((one) => one.table))] }]
  })
}

const isPartial = ({ shape }: Effect): boolean => shape.kind === 'insert' && shape.conflict !== null

/** Whether it reads the table, or code does, which puts values of its own into another one. */
const mayCopy = ({ tokens, place }: Effect, name: string, effects: readonly Effect[]): boolean =>
  tokens.some((token) => plainName(token) === name) ||
  (place.script === null &&
    !tokens.includes('SELECT') &&
    effects.some((one) => isQuery(one) && one.tokens.some((token) => plainName(token) === name)))

/** Takes everything back; nothing where the side fails, or does something else each time. */
export function tryDepartingRows(
  rows: Prover,
  side: StepSide,
  effects: readonly Effect[],
  prepare: () => void = () => {},
): readonly Fact[] {
  if (!isTriedUp(side)) return []
  return departuresIn(effects, rows.situation()).flatMap((one) => {
    const begin = (): void => {
      prepare()
      rows.onTrial((state, situation) => addRowsForLiterals(state, situation, literalsOf(effects)))
    }
    const look = (now: TablesNow): Left => leftBehind(rows, one, now)
    return judge(rows, one, begin, trialOf(rows, side, begin, look))
  })
}

/** What there is afterwards. */
interface Left {
  /** The rows of all other tables. */
  readonly others: string
  /** What tells the rows that are still there; null where the table is not. */
  readonly there: ReadonlySet<string> | null
  readonly archives: readonly CatalogTable[]
}

function leftBehind({ connection }: Prover, { table, archives }: Departure, now: TablesNow): Left {
  const isThere = now().has(foldCase(table.name))
  return {
    others: stateOf(connection, now, table),
    there: isThere ? new Set(rowsOf(connection, table).map(keyText)) : null,
    archives: archives.flatMap((name) => now().get(name) ?? []),
  }
}

const rowsOf = ({ all }: Prover['connection'], table: CatalogTable): RawRow[] =>
  all(
    `SELECT ${identityOf(table).map(quoteIdentifier).join(', ')} FROM ${quoteIdentifier(table.name)}`,
  )

function judge(
  rows: Prover,
  departure: Departure,
  begin: () => void,
  trial: Trial<Left>,
): readonly Fact[] {
  const usual = trial()
  if (!usual?.there || trial()?.others !== usual.others) return []
  const { samples, taken, count } = before(rows, departure, begin, usual.there)
  const size = usual.there.size
  const isTold = (of: Sample, row: RawRow): boolean | null => {
    const tried = of.values.slice(0, MOST_VALUES).flatMap((value) => {
      const left = trial(giving(of, row, value))
      return left?.there?.size === size ? [left.others !== usual.others] : []
    })
    return tried.length > 1 ? tried.includes(true) : null
  }
  const seen = taken.map((one) => {
    const left = trial(without(departure.table, one.identity))
    const isCopied = left !== null && left.others !== usual.others
    const own = isCopied ? samples : []
    const columns = own.map((of) => ({ of, told: isTold(of, one.identity) }))
    return {
      ...one,
      isCopied,
      told: columns.flatMap(({ of, told }) => (told === true ? [of.column] : [])),
      untold: columns.flatMap(({ of, told }) => (told === false ? [of.column] : [])),
    }
  })
  const archived = seen.filter(({ isCopied }) => isCopied)
  if (archived.length === 0) return []
  return [...leftOut(departure, archived, usual.archives), ...neverCopied(departure, seen, count)]
}

const MOST_VALUES = 3

interface Taken {
  readonly identity: RawRow
  readonly values: RawRow
}

interface Seen extends Taken {
  /** Whether anything is left of it. */
  readonly isCopied: boolean
  readonly told: readonly CatalogColumn[]
  readonly untold: readonly CatalogColumn[]
}

/** The last of the rows that go, and what to try of their columns. */
function before(
  rows: Prover,
  { table }: Departure,
  begin: () => void,
  there: ReadonlySet<string>,
): { readonly samples: Sample[]; readonly taken: Taken[]; readonly count: number } {
  const samples: Sample[] = []
  const taken: Taken[] = []
  let count = 0
  const columns = table.columns.filter(({ generated, hidden }) => generated === null && !hidden)
  undoing(rows.connection, () => {
    begin()
    for (const column of columns)
      if (!isRowid(table, column)) samples.push(...sampleOf(rows, { table, column }))
    const image = takeImage(rows.connection, table)
    const gone = image?.rows.filter(({ identity }) => !there.has(keyText(identity))) ?? []
    taken.push(...gone.slice(-MOST_ROWS))
    count = image?.count ?? 0
  })
  return { samples, taken, count }
}

const MOST_ROWS = 6

/** Columns that an archive has as well, or that tell a row, of which it says nothing. */
function leftOut(
  { table, removal }: Departure,
  archived: readonly Seen[],
  archives: readonly CatalogTable[],
): Fact[] {
  return table.columns.flatMap((column, at) => {
    const isUntold =
      archived.some(({ untold }) => untold.includes(column)) &&
      !archived.some(({ told }) => told.includes(column))
    const archive = archives.find((one) => hasColumn(one, column)) ?? archives[0]
    const isMeant = !archive || (column.primaryKey === 0 && !hasColumn(archive, column))
    if (!isUntold || isMeant) return []
    const value = archived.find(({ values }) => (values[at] ?? null) !== null)?.values[at] ?? null
    const told = { at: removal.place, table: table.name, column: column.name }
    return [changeTold({ ...told, lost: 'unarchived', source: archive.name }, [value, null])]
  })
}

const hasColumn = ({ columns }: CatalogTable, { name }: CatalogColumn): boolean =>
  columns.some((one) => isSameName(one.name, name))

/** Of rows that code deletes, those of which nothing is told, beside others that are copied. */
function neverCopied(
  { table, removal, archives }: Departure,
  seen: readonly Seen[],
  count: number,
): Fact[] {
  const lost = seen.find(({ isCopied }) => !isCopied)
  const [source] = archives
  if (!lost || source === undefined || removal.place.script !== null) return []
  return [
    {
      kind: 'rows-lost',
      at: removal.place,
      table: table.name,
      before: count,
      after: count - seen.filter(({ isCopied }) => !isCopied).length,
      through: null,
      by: 'unnamed',
      source,
      row: shownRow(table.columns, lost.values),
    },
  ]
}
