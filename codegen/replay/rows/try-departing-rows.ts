// Tries a side that copies rows into another table and deletes them: whether what the copy has tells all of their values, and all of
// them. Code may do both row by row.
import { foldCase, isSameName, plainName, quoteIdentifier } from '../../../src/sql/names.js'
import type { CatalogColumn, CatalogTable } from '../../model/catalog.js'
import type { Fact } from '../../model/evidence.js'
import { orElse } from '../../../src/model/or-else.js'
import { identityOf } from '../catalog/row-identity.js'
import { keyText, type RawRow } from './fill/connection.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { isRowid } from './fill/table-plan.js'
import { changeTold } from './judge/compare-values.js'
import {
  giving,
  sampleOf,
  stateReader,
  trialOf,
  type Sample,
  type Trial,
  without,
} from './other-values.js'
import type { Prover } from './prover.js'
import { scriptTrial } from './script-trial.js'
import { literalsOf } from './seed/compared-literals.js'
import { addRowsForLiterals } from './seed/rows-for-literals.js'
import { scriptEffects, type StepSide } from './watch/observed-run.js'
import { groupsRows, isFilling, isQuery, type Effect } from './watch/statement-effect.js'
import { shownRow, takeImage, type TableImage } from './watch/table-image.js'

/** A table that rows are deleted from, and those that may have a copy of them. */
interface Departure {
  readonly table: CatalogTable
  readonly removal: Effect
  /** In lower case. */
  readonly archives: readonly string[]
  /** Tables that point at it, of which no statement says anything. */
  readonly unnamed: readonly CatalogTable[]
}

/** One of which it is known where rows come back from. */
interface Returning extends Departure {
  /** The tables from which `down` fills it again, in lower case. */
  readonly returning: ReadonlySet<string>
}

/** Copies that make one row of several, or leave some out on purpose, are none. */
function departuresIn(effects: readonly Effect[], situation: TableGraph): Departure[] {
  const copies = effects.filter(isFilling)
  const names = new Set(effects.flatMap(({ verb, table }) => (verb === 'delete' ? [table] : [])))
  return [...names].flatMap((name): Departure[] => {
    const table = tableNamed(situation, name)
    const removal = effects.findLast((one) => one.verb === 'delete' && one.table === name)
    const own = copies.filter((one) => one.table !== name && mayCopy(one, name, effects))
    const isWhole = own.every((one) => !groupsRows(one) && !one.replaces && !isPartial(one))
    if (!table || !removal || own.length === 0 || !isWhole) return []
    const unnamed = (situation.children.get(name) ?? []).flatMap((child) => {
      const isNamed = effects.some(({ tokens }) => tokens.some((one) => plainName(one) === child))
      return isNamed ? [] : (tableNamed(situation, child) ?? [])
    })
    return [{ table, removal, archives: [...new Set(own.map((one) => one.table))], unnamed }]
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
export const tryDepartingRows = scriptTrial({
  sides: 'up',
  find: departuresIn,
  run: ({ rows, side, effects, prepare }, departures) =>
    departures.flatMap((one) => {
      const begin = (): void => {
        prepare()
        rows.onTrial((state, situation) =>
          addRowsForLiterals(state, situation, literalsOf(effects)),
        )
      }
      const found = rows.tryAgain(side, begin, (again) => {
        const had = before(rows, one)
        return judge(
          { ...one, returning: returningTo(one, side) },
          had,
          trialOf(rows, again, lookBehind(rows, one)),
        )
      })
      return found ?? []
    }),
})

/** As far as SQL says so. */
function returningTo({ table, archives }: Departure, { entry }: StepSide): ReadonlySet<string> {
  const back = scriptEffects({ entry, direction: 'down' }).filter(
    (one) => isFilling(one) && one.table === foldCase(table.name),
  )
  return new Set(
    archives.filter((name) =>
      back.some(({ tokens }) => tokens.some((token) => plainName(token) === name)),
    ),
  )
}

/** What there is afterwards. */
interface Left {
  /** The rows of all other tables. */
  readonly others: string
  /** What tells the rows that are still there; null where the table is not. */
  readonly there: ReadonlySet<string> | null
  readonly archives: readonly Archive[]
  /** What tells the rows of the tables that point at it. */
  readonly pointing: readonly ReadonlySet<string>[]
}

/** With the names of its columns. */
interface Archive {
  readonly name: string
  readonly columns: readonly string[]
}

function lookBehind(rows: Prover, { table, archives, unnamed }: Departure): () => Left {
  const { all } = rows.connection
  const state = stateReader(rows, table)
  const keys = (one: CatalogTable): ReadonlySet<string> => {
    const identity = identityOf(one).map(quoteIdentifier).join(', ')
    return new Set(all(`SELECT ${identity} FROM ${quoteIdentifier(one.name)}`).map(keyText))
  }
  return () => ({
    others: state(),
    there: orElse(() => keys(table), null),
    archives: archives.map((name) => ({ name, columns: all(COLUMNS, name).map(String) })),
    pointing: unnamed.map(keys),
  })
}

const COLUMNS = "SELECT name FROM unshadowed.pragma_table_xinfo(?, 'main')"

function judge(departure: Returning, had: Had, trial: Trial<Left>): readonly Fact[] {
  const usual = trial()
  if (!usual?.there || trial()?.others !== usual.others) return []
  const { samples, count, children } = had
  const { there } = usual
  const gone = had.rows.filter(({ identity }) => !there.has(keyText(identity)))
  const taken = gone.slice(-MOST_ROWS)
  const size = there.size
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
  return [
    ...leftOut(departure, archived, usual.archives),
    ...neverCopied(departure, seen, count),
    ...children.flatMap((image, at) => takenAlong(departure, image, usual.pointing[at]!)),
  ]
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

/** The rows that there are, what to try of their columns, and what points at them. */
interface Had {
  readonly rows: readonly Taken[]
  readonly count: number
  readonly samples: readonly Sample[]
  readonly children: readonly (TableImage | null)[]
}

function before(rows: Prover, { table, unnamed }: Departure): Had {
  const columns = table.columns.filter(({ generated, hidden }) => generated === null && !hidden)
  const own = columns.filter((column) => !isRowid(table, column))
  const image = takeImage(rows.connection, table)
  return {
    rows: image?.rows ?? [],
    count: image?.count ?? 0,
    samples: own.flatMap((column) => sampleOf(rows, { table, column })),
    children: unnamed.map((one) => takeImage(rows.connection, one)),
  }
}

const MOST_ROWS = 4

/** Columns that an archive has as well, that tell a row, or that are to come back from there, of which it says nothing. */
function leftOut(
  { table, removal, returning }: Returning,
  archived: readonly Seen[],
  archives: readonly Archive[],
): Fact[] {
  return table.columns.flatMap((column, at) => {
    const isUntold =
      archived.some(({ untold }) => untold.includes(column)) &&
      !archived.some(({ told }) => told.includes(column))
    const archive = archives.find((one) => hasColumn(one, column)) ?? archives[0]
    const isNeeded = column.primaryKey > 0 || returning.size > 0
    const isMeant = !archive || (!isNeeded && !hasColumn(archive, column))
    if (!isUntold || isMeant) return []
    const value = archived.find(({ values }) => (values[at] ?? null) !== null)?.values[at] ?? null
    const told = { at: removal.place, table: table.name, column: column.name }
    return [changeTold({ ...told, lost: 'unarchived', source: archive.name }, [value, null])]
  })
}

const hasColumn = ({ columns }: Archive, { name }: CatalogColumn): boolean =>
  columns.some((one) => isSameName(one, name))

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

/** Rows that a key takes along, of which nothing has a copy. */
function takenAlong(
  { removal, archives: [source = ''] }: Departure,
  image: TableImage | null,
  there: ReadonlySet<string>,
): Fact[] {
  const gone = image?.rows.filter(({ identity }) => !there.has(keyText(identity))) ?? []
  if (!image || gone.length === 0 || image.count > image.rows.length) return []
  const { table, count, columns } = image
  const loss = { table: table.name, before: count, after: count - gone.length, through: null }
  const row = shownRow(columns, gone[0]!.values)
  return [{ kind: 'rows-lost', at: removal.place, ...loss, by: 'along', source, row }]
}
