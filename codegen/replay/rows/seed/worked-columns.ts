// Finds columns that a step drops after computing others from them, or converts in place, and adds rows with similar values that an
// expression may confuse.
import type { CatalogColumn, CatalogTable } from '../../../model/catalog.js'
import { isCalculated, isNamedIn } from '../../../sql/read-select.js'
import {
  foldCase,
  foldUpper,
  isSameName,
  plainName,
  quoteIdentifier,
  unquote,
} from '../../../../src/sql/names.js'
import type { Spelling } from '../../../model/value-loss.js'
import type { Example } from '../fill/draft-row.js'
import { isFlag, seedValue, type Value } from '../fill/seed-values.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { isRowid } from '../../../model/rowid-column.js'
import { tablePlan, type TablePlan } from '../fill/table-plan.js'
import { isFilling, mayMakeOf, nameBehind, type Effect } from '../watch/statement-effect.js'
import { isNamed, isOrdinary, readBy, type MadeOf } from './made-of.js'
import { namesBefore } from './names-behind.js'
import { addRows } from './add-rows.js'
import type { SeederState } from './seeder-state.js'

/** A column that is gone afterwards, or holds other values. */
export interface WorkedColumn extends MadeOf {
  readonly table: CatalogTable
  readonly column: CatalogColumn
  /** Its name afterwards; null if it is gone. */
  readonly now: string | null
  /** The values that rows were given to judge by; before that, texts that statements use with the column. */
  readonly values: readonly Value[]
  /** The rows that combine each of its values with each of theirs. */
  readonly combined?: readonly Example[]
  /** The same with numbers below the factor of another column, as for values packed into one number. */
  readonly packed?: readonly Example[]
  /** Whether it gets 0 and 1 alone. */
  readonly isFlag?: boolean
}

/** The columns from which a statement may compute something: it names them, or code reads rows. */
export function workedColumns(effects: readonly Effect[], situation: TableGraph): WorkedColumn[] {
  const gone = dropped(effects, situation)
  const named = gone.filter(({ column: { name } }) => mayMakeOf(effects, name))
  const known = new Set(gone.map(({ column }) => column))
  return [...named, ...converted(effects, situation).filter(({ column }) => !known.has(column))]
}

function dropped(effects: readonly Effect[], situation: TableGraph): WorkedColumn[] {
  return effects.flatMap(({ verb, shape, table: own }, at) => {
    const dropped = shape.kind === 'drop-column' ? plainName(shape.column.key) : ''
    const [name, former] = namesBefore(effects.slice(0, at), [own, dropped])
    const table = tableNamed(situation, name)
    if (!table || (verb !== 'drop' && shape.kind !== 'drop-column')) return []
    const kept = verb === 'drop' ? columnsMade(effects, [name, own]) : []
    const isGone = ({ name: column }: CatalogColumn): boolean =>
      shape.kind === 'drop-column'
        ? isSameName(former, column)
        : kept.length > 0 && !kept.includes(foldCase(column))
    return table.columns
      .filter((one) => (isOrdinary(one) || isOwnKey(table, one)) && isGone(one))
      .map((column) => {
        const read = readBy(effects, table, column)
        return { table, column, now: null, values: [], ...read }
      })
  })
}

/**
 * The columns of the new table of this name, or else of those that statements fill from it; a table renamed out of the way leaves its name
 * to a new one.
 */
function columnsMade(effects: readonly Effect[], [name, own]: readonly [string, string]): string[] {
  const heir = name === own ? formerName(effects, name) : name
  const made = effects.filter(({ verb }) => verb === 'create')
  const same = made.filter(({ table }) => table === heir)
  const filled = new Set(
    effects.flatMap((one) => (isFilling(one) && reads(one, [name, own]) ? [one.table] : [])),
  )
  const heirs = same.length > 0 ? same : made.filter(({ table }) => filled.has(table))
  return heirs.flatMap(({ shape }) =>
    shape.kind === 'create-table'
      ? (shape.columns ?? []).map((one) => plainName(one.name.key))
      : [],
  )
}

/** Whether it reads a table, or code binds values to it. */
export const reads = ({ tokens, shape, place }: Effect, names: readonly string[]): boolean =>
  'selects' in shape && shape.selects.length > 0
    ? tokens.some((token) => isNamed(token, names))
    : place.script === null

/** Whether the column is part of a primary key that is not the rowid. */
const isOwnKey = (table: CatalogTable, column: CatalogColumn): boolean =>
  column.primaryKey > 0 && column.generated === null && !isRowid(table, column)

/** The former name of a renamed table. */
const formerName = (effects: readonly Effect[], name: string): string | undefined =>
  effects.find((one) => one.verb === 'rename' && one.to === name)?.table

/** The effects on a table, also under another name, or on one that takes its name. */
export function effectsOn(effects: readonly Effect[], name: string): Effect[] {
  const names = new Set([name, formerName(effects, name), nameBehind(effects, name)])
  return effects.filter(({ table }) => names.has(table))
}

/** Columns that stay, and that a statement sets to something computed from them. */
function converted(effects: readonly Effect[], situation: TableGraph): WorkedColumn[] {
  const tables = new Set(effects.flatMap(({ table, to }) => [table, to]))
  return [...tables].flatMap((name) => {
    const table = tableNamed(situation, name)
    if (!table) return []
    const own = effectsOn(effects, name)
    return table.columns.filter(isOrdinary).flatMap((column): WorkedColumn[] => {
      const now = own.flatMap((one) => renamedIn(one, column.name))[0] ?? column.name
      const isSet = own.some((one) => setsByItself(one, [column.name, now]))
      return isSet ? withTextsOf(own, [{ ...NOTHING_BESIDE, table, column, now, values: [] }]) : []
    })
  })
}

/** For columns that stay, adds the texts in the statements that set them. */
export const withTextsOf = (
  effects: readonly Effect[],
  columns: readonly WorkedColumn[],
): WorkedColumn[] =>
  columns.map((one) => {
    const { table, column, now, values } = one
    if (now === null) return one
    const setting = effectsOn(effects, foldCase(table.name)).filter((effect) =>
      setsByItself(effect, [column.name, now]),
    )
    return { ...one, values: [...new Set([...values, ...textsIn(setting)])] }
  })

/** Of the columns that a dropped one may have been combined with, those that stay and are overwritten. */
export function overwrittenBeside(
  effects: readonly Effect[],
  { table, along, read }: WorkedColumn,
): CatalogColumn[] {
  const own = effectsOn(effects, foldCase(table.name))
  const isSet = (name: string): boolean =>
    own.some(
      (one) =>
        setsByItself(one, [name]) ||
        (one.shape.kind === 'update' && one.shape.columns.some(({ key }) => isNamed(key, [name]))),
    )
  return table.columns.filter(({ name }) => isNamed(name, [...along, ...read]) && isSet(name))
}

const NOTHING_BESIDE = { beside: [], used: [], along: [], read: [], numbers: [] }

const renamedIn = ({ shape }: Effect, column: string): string[] =>
  shape.kind === 'rename-column' && isNamed(shape.column.key, [column])
    ? [plainName(shape.to.key)]
    : []

/** Code may do so with values that it binds. */
function setsByItself({ shape, tokens, place }: Effect, names: readonly string[]): boolean {
  if (shape.kind === 'update')
    return (
      shape.columns.some(({ key }) => isNamed(key, names)) &&
      (place.script === null || tokens.filter((one) => isNamed(one, names)).length > 1)
    )
  const items = 'selects' in shape ? shape.selects.flatMap((one) => one.items) : []
  return items.some((item) => isCalculated(item) && names.some((name) => isNamedIn(item, name)))
}

/** The first texts in the statements, without leading and trailing `%` of LIKE, and without those that are only added to others. */
const textsIn = (effects: readonly Effect[]): string[] =>
  effects
    .flatMap(({ tokens }) =>
      tokens.filter(
        (token, at) => token.startsWith("'") && tokens[at - 1] !== '|' && tokens[at + 1] !== '|',
      ),
    )
    .map((token) => unquote(token).replace(/^%+|%+$/g, ''))
    .filter((text) => text.length > 1)
    .slice(0, MOST_TEXTS)

const MOST_TEXTS = 8

/** Gives each value to two rows: what is computed from them must be the same in both. */
export function addNearValues(
  state: SeederState,
  situation: TableGraph,
  columns: readonly WorkedColumn[],
): WorkedColumn[] {
  return columns.flatMap((one) => {
    const { table, column } = one
    const given = state.examples.get(foldCase(table.name))
    if (given) return addGivenValues(state, situation, one, given)
    const near = one.isFlag ? YES_AND_NO : nearValues(tablePlan(table, situation, state), column)
    const isText = near.some((value) => typeof value === 'string')
    const isOpen = isText && near.length > 3
    const others = SPELLINGS.flatMap((by) => spelledOtherwise(near, by))
    const more = one.now === null ? others : one.values
    const named = one.now === null ? one.values : []
    const values = [...new Set([...near, ...named, ...(isOpen ? more : [])])]
    const examples = [...values, ...values].map((value) => ({ [column.name]: value }))
    addRows(state, situation, { table, examples })
    return [{ ...one, values }]
  })
}

/** For a table with example rows, only the values that these have; it may not allow others. */
function addGivenValues(
  state: SeederState,
  situation: TableGraph,
  one: WorkedColumn,
  given: readonly Example[],
): WorkedColumn[] {
  const { table, column } = one
  const values = [...new Set(given.map((row) => row[column.name] ?? null))]
  const examples = [...values, ...values].map((value) => ({ ...given[0], [column.name]: value }))
  if (values.length < 2) return []
  addRows(state, situation, { table, examples })
  return [{ ...one, values }]
}

/** The values that the table has in a column. */
export const takenOf = (
  all: SeederState['connection']['all'],
  table: string,
  column: string,
): Value[] =>
  all(
    `SELECT DISTINCT ${quoteIdentifier(column)} FROM ${quoteIdentifier(table)} WHERE ${quoteIdentifier(column)} IS NOT NULL LIMIT ${MOST_TAKEN}`,
  ).map(([value = null]) => value)

const MOST_TAKEN = 400

/** Whether it is among them, in whatever type SQLite returned it. */
export const isAmong = (value: Value, values: readonly Value[]): boolean =>
  values.some((one) => String(one) === String(value))

/** Gives values to rows with null in the columns beside: in all of them, and in each alone. */
export function addBesideNulls(
  state: SeederState,
  situation: TableGraph,
  one: WorkedColumn,
): WorkedColumn[] {
  const { table, column, beside } = one
  if (state.examples.has(foldCase(table.name))) return []
  const near = isFlag(column) ? YES_AND_NO : nearValues(tablePlan(table, situation, state), column)
  const taken = takenOf(state.connection.all, table.name, column.name)
  // The table accepts values that it already has.
  const known = near.filter((value) => isAmong(value, taken))
  const values = [...new Set([...known, ...near])].slice(0, 2)
  const alone = beside.length > 1 ? beside.slice(0, MOST_BESIDE).map((name) => [name]) : []
  const nulls = [beside, ...alone].map((names) =>
    Object.fromEntries(names.map((name) => [name, null])),
  )
  const examples = nulls.flatMap((row) => values.map((value) => ({ ...row, [column.name]: value })))
  addRows(state, situation, { table, examples })
  // Rows that are set there show whether values are lost because of these nulls.
  const full = values.map((value) => ({ [column.name]: value }))
  addRows(state, situation, { table, examples: full, sort: 'sibling' })
  return [{ ...one, values }]
}

const YES_AND_NO: readonly Value[] = [0, 1]

const MOST_BESIDE = 6

/** The values that the table allows if it lists them; otherwise likely values, and others near the first of them. */
export function nearValues(
  { columns, closed, units, checks }: TablePlan,
  { name }: CatalogColumn,
): Value[] {
  const index = columns.findIndex((one) => isSameName(one.name, name))
  const column = columns[index]
  if (!column || units.some(({ key, at }) => key && at.includes(index))) return []
  const allowed = closed.get(index)
  if (allowed) return [...allowed]
  if (/bool/i.test(column.type)) return [0, 1]
  const own = checks.filter(({ words }) => words.has(foldCase(name)))
  const bounds = own.flatMap(({ literals }) => literals.filter((one) => typeof one === 'number'))
  const likely = [1, 2, 30].map((serial) => seedValue({ column, index, sort: 'plain', serial }))
  const [first = null] = likely
  return [
    ...new Set([...likely, ...near(first), ...bounds.flatMap((one) => [one, one - 1, one + 1])]),
  ]
}

/**
 * Texts with extra spaces or capitals that stay distinct when trimmed or in lower case, though an exact comparison may find neither. None
 * for dates and documents.
 */
export function spelledOtherwise(values: readonly Value[], by: Spelling): string[] {
  const first = values.find((value) => typeof value === 'string') ?? ''
  if (near(first).length < 3) return []
  const whole = foldCase(first.replaceAll(/\s+/g, ''))
  return by === 'spaces' ? [` ${whole}c `, ` ${whole}d `] : [`${whole}E`, `${whole}F`]
}

/** All spellings. */
export const SPELLINGS: readonly Spelling[] = ['spaces', 'capitals']

function near(value: Value): Value[] {
  if (typeof value === 'number')
    return value % 1 === 0
      ? [value + 1, value + 2, value + 7]
      : [value + 0.01, value + 0.25, value + 1, A_LITTLE_LESS]
  if (typeof value !== 'string') return []
  if (value.startsWith('{') || value.startsWith('[')) return []
  const later = momentBeside(value)
  if (later !== null) return [later]
  const long = `${value} `.repeat(8)
  const whole = value.replaceAll(/\s+/g, '')
  return [`${value} x`, foldUpper(value), `${long}a`, `${long}b`, `${whole}a`, `${whole}b`]
}

/** Another date in the same format; null if the text is no date. */
function momentBeside(value: string): string | null {
  if (/^\d{4}-\d\d-\d\d$/.test(value))
    return value.endsWith('17') ? `${value.slice(0, -2)}18` : `${value.slice(0, -2)}17`
  const later = value.replace(
    /(^|\d[T ])\d\d:\d\d(?=:\d\d)/,
    (_, before: string) => `${before}17:43`,
  )
  return later === value ? null : later
}

/** As a price: times 100 it is slightly below 115 in floating point, and truncates to 114. */
const A_LITTLE_LESS = 1.15
