// Adds rows that combine values of several columns, which a step may merge into one: `stage * 2 + done`.
import type { CatalogTable } from '../../../model/catalog.js'
import { foldCase, isSameName } from '../../../../src/sql/names.js'
import type { Example } from '../fill/draft-row.js'
import type { Value } from '../fill/seed-values.js'
import type { TableGraph } from '../fill/table-graph.js'
import { tablePlan } from '../fill/table-plan.js'
import { addRows } from './add-rows.js'
import type { SeederState } from './seeder-state.js'
import {
  isAmong,
  nearValues,
  spelledOtherwise,
  takenOf,
  type WorkedColumn,
} from './worked-columns.js'

/** Adds each combination twice; none where a few rows cannot show whether different values become equal. */
export function combinedWith(
  state: SeederState,
  situation: TableGraph,
  one: WorkedColumn,
  { there = new Set(), most = MOST_ROWS }: Bounds = {},
): WorkedColumn {
  const { table } = one
  if (state.examples.has(foldCase(table.name))) return one
  const factors = factorsIn(one.numbers ?? [])
  const own = ownSamples(state, situation, one, factors)
  if (!own) return one
  if (one.along.length === 0) return own.isOpen ? one : { ...one, combined: rowsOf([own], most) }
  const all = one.along.map((key) => samplesOf(state, situation, { table, key, factors }))
  // Factors in code are unknown, and with fractions, values become equal by rounding.
  const isCertain = one.numbers !== null && factors.every((factor) => factor % 1 === 0)
  const tried = [own, ...besideThat(own, all, isCertain)]
  const open = tried.filter(({ isOpen }) => isOpen)
  if (open.length > 1 && !isCertain) return one
  const combined = rowsOf(tried, most)
  const least = Math.min(...factors)
  const isPacked = isCertain && factors.length > 0 && open.length > 0
  const packed = isPacked
    ? rowsOf(
        tried.map((samples) => below(samples, least)),
        most,
      )
    : []
  const examples = [...combined, ...packed].filter((row) => isNew(there, table, row))
  addRows(state, situation, { table, examples: [...examples, ...examples] })
  return { ...one, along: tried.slice(1).map(({ key }) => key), combined, packed }
}

interface Bounds {
  /** The rows that other calls have added. */
  readonly there?: Set<string>
  /** The most combinations. */
  readonly most?: number
}

function isNew(there: Set<string>, { name }: CatalogTable, row: Example): boolean {
  const text = Object.keys(row)
    .toSorted()
    .map((column) => `${column} ${String(row[column])}`)
  const key = [name, ...text].join('\n')
  return !there.has(key) && there.add(key) !== null
}

/** A few columns, those with few values first; without too many unbounded ones to tell their effects apart. */
function besideThat(own: Samples, all: readonly Samples[], isCertain: boolean): readonly Samples[] {
  const beside = all.toSorted((a, b) => Number(isWide(a)) - Number(isWide(b))).slice(0, MOST_ALONG)
  const isVague = [own, ...beside].filter(({ isOpen }) => isOpen).length > 1 && !isCertain
  return isVague && !own.isOpen ? beside.filter((samples) => !isWide(samples)) : beside
}

const isWide = ({ values, isOpen }: Samples): boolean => isOpen || values.length > MOST_VALUES

const MOST_ALONG = 5

/** The samples of the column itself, if it accepts few values or any number. */
function ownSamples(
  state: SeederState,
  situation: TableGraph,
  { table, column: { name: key }, values }: WorkedColumn,
  factors: readonly number[],
): Samples | null {
  const taken = takenOf(state.connection.all, table.name, key)
  const known = values.filter((value) => isAmong(value, taken))
  if (known.length > 0 && known.length <= MOST_VALUES) return { key, values: known, isOpen: false }
  const isNumber = known.length > 0 && known.every((value) => typeof value === 'number')
  return isNumber ? samplesOf(state, situation, { table, key, factors }) : null
}

const MOST_VALUES = 4

/** Whether it accepts no more values than were combined with all values of the other columns. */
export const takesFew = ({ column: { name }, combined = [] }: WorkedColumn): boolean =>
  combined.length > 0 && new Set(combined.map((row) => row[name])).size <= MOST_VALUES

/** Sample values of a column; open if it accepts any number. */
interface Samples {
  readonly key: string
  readonly values: readonly Value[]
  readonly isOpen: boolean
}

/** The numbers that a statement may multiply by. */
const factorsIn = (numbers: readonly string[]): number[] =>
  [...new Set(numbers.map(Number))].filter((one) => one > 1 && one < LARGEST).slice(0, MOST_FACTORS)

const LARGEST = 1_000_000
const MOST_FACTORS = 3

interface Sampled {
  readonly table: CatalogTable
  readonly key: string
  readonly factors: readonly number[]
}

/** Accepted values that become equal to others when something is added or appended; otherwise a few existing ones. */
function samplesOf(
  state: SeederState,
  situation: TableGraph,
  { table, key, factors }: Sampled,
): Samples {
  const plan = tablePlan(table, situation, state)
  const column = plan.columns.find(({ name }) => isSameName(name, key))
  const near = column ? nearValues(plan, column) : []
  const isNumber = typeof near[0] === 'number'
  const fractions = near.some((value) => typeof value === 'number' && value % 1 !== 0) ? [1.25] : []
  const numbers = [1, 2, ...fractions, 11, ...factors.map((one) => one + 1)]
  const wanted = isNumber ? numbers : textsFor(near)
  // A boolean column accepts other numbers too, but they mean nothing.
  const isFlag = /bool/i.test(column?.type ?? '')
  const added = isFlag ? near : isNumber ? [...wanted, ANY] : wanted
  addRows(state, situation, { table, examples: added.map((value) => ({ [key]: value })) })
  const taken = takenOf(state.connection.all, table.name, key)
  const isOpen = isNumber && isAmong(ANY, taken)
  const known = taken.filter((value) => isAmong(value, isNumber && !isOpen ? near : wanted))
  const values = known.length > 1 ? known : taken.slice(0, 2)
  return { key, values: isNumber && !isOpen ? ends(values) : values, isOpen }
}

/** A column that accepts this number is taken to accept any. */
const ANY = 47_110_815

const textsFor = ([first = null]: readonly Value[]): string[] =>
  spelledOtherwise([first], 'spaces').length > 0 ? ['ab', 'abab'] : []

/** The two smallest and two greatest values. */
function ends(values: readonly Value[]): readonly Value[] {
  const ordered = values.toSorted((one, other) => Number(one) - Number(other))
  return ordered.length > 4 ? [...ordered.slice(0, 2), ...ordered.slice(-2)] : ordered
}

/** Values below the factor. */
const below = (samples: Samples, factor: number): Samples =>
  samples.isOpen ? { ...samples, values: [...new Set([0, 1, factor - 1])] } : samples

/** Each value of the first combined with each value of the others, as long as the product stays small. */
function rowsOf([first, ...others]: readonly Samples[], most: number): readonly Example[] {
  const own = first!.values.map((value): Example => ({ [first!.key]: value }))
  return others.reduce<readonly Example[]>((rows, { key, values }) => {
    const more = rows.flatMap((row) => values.map((value) => ({ ...row, [key]: value })))
    return more.length > most ? rows : more
  }, own)
}

const MOST_ROWS = 160
