// Collects the tables that a side has written to.
import { memo } from '../../../../src/model/collected.js'
import { foldCase, isSameName, plainName } from '../../../../src/sql/names.js'
import type { Insert } from '../../../sql/statement.js'
import { keyText, type Connection } from '../fill/connection.js'
import { isRowid } from '../../../model/rowid-column.js'
import type { ObservedSide } from '../watch/observed-run.js'
import type { Written } from './written.js'
import { isQuery, mayMakeOf, type Effect } from '../watch/statement-effect.js'
import { takeImage, type TableImage } from '../watch/table-image.js'
import { keysOf, uniquesOf } from './beside-key.js'
import { virtualTable } from '../watch/virtual-table.js'

/** The tables that the statements fill or change, by their final names; full-text indexes as well. */
export function writtenBy(
  connection: Connection,
  { effects, images }: ObservedSide,
  imageNow: (name: string) => TableImage | null,
): Written[] {
  const names = new Set<string>()
  for (const { verb, table, to } of effects) {
    if (WRITES.has(verb)) names.add(table)
    if (verb === 'rename' && (names.delete(table) || isMovedAside(table, effects))) names.add(to)
  }
  const lossyTo = (name: string, image: TableImage): Effect[] =>
    effects.filter(
      ({ shape, table, replaces }) =>
        table === name &&
        shape.kind === 'insert' &&
        (replaces || (shape.conflict === 'ignore' && !isAllKey(shape, image))),
    )
  const isMadeOf = memo((column: string) => mayMakeOf(effects, column))
  const indexNow = (name: string): TableImage | null => {
    const index = virtualTable(connection, name)
    return index && takeImage(connection, index)
  }
  return [...names].flatMap((name) => {
    const image = imageNow(name) ?? indexNow(name)
    if (!image || image.count !== image.rows.length) return []
    const after = givesNumbers(name, effects) ? withNumbers(image) : image
    const before = images.get(name) ?? null
    const fresh = isAsked(name, effects) ? after.rows : freshRows(before, after)
    const isFree = before === null && meetsNothing(name, after, effects, [...images.values()])
    const lossy = isFree ? [] : lossyTo(name, after)
    const mayLose = (column: string): boolean => lossy.some((one) => dropsOf(one, column))
    return [{ before, after, fresh, isLossy: lossy.length > 0, mayLose, isMadeOf }]
  })
}

/**
 * Whether nothing can conflict in a new table: one statement fills it, with all rows of another table, and each of its keys holds a key of
 * that table, or a number that SQLite assigns.
 */
function meetsNothing(
  name: string,
  image: TableImage,
  effects: readonly Effect[],
  sources: readonly TableImage[],
): boolean {
  const own = effects.filter(({ table, shape }) => table === name || indexedIn(shape) === name)
  const [fill, ...others] = own.filter((one) => one.verb !== 'create')
  if (fill?.shape.kind !== 'insert' || others.length > 0) return false
  const given = fill.shape.columns?.map(({ key }) => plainName(key))
  const isAssigned = (keys: readonly number[]): boolean =>
    keys.every((key) => {
      const column = image.columns[key]!
      return isRowid(image.table, column) && given?.includes(foldCase(column.name)) === false
    })
  const held = uniquesOf(image).filter((keys) => keys.length > 0 && !isAssigned(keys))
  return sources.some(
    (source) =>
      source.count === image.count &&
      held.every((keys) => keysOf(source).some((theirs) => holdsKey(image, keys, source, theirs))),
  )
}

const indexedIn = (shape: Effect['shape']): string | null =>
  shape.kind === 'create-index' && shape.unique ? plainName(shape.table.key) : null

/** Whether some of the columns have each value of a key of another table. */
function holdsKey(
  image: TableImage,
  keys: readonly number[],
  source: TableImage,
  theirs: readonly number[],
): boolean {
  const valuesAt = ({ rows }: TableImage, places: readonly number[]): string[] =>
    rows.map(({ values }) => keyText(places.map((place) => values[place] ?? null)))
  const isWithin = (places: readonly number[], at: readonly number[]): boolean => {
    const there = new Set(valuesAt(image, places))
    return valuesAt(source, at).every((one) => there.has(one))
  }
  const own = theirs.map((at) => keys.find((key) => isWithin([key], [at])) ?? -1)
  return !own.includes(-1) && isWithin(own, theirs)
}

/** Whether another table takes the name of a renamed table. */
const isMovedAside = (name: string, effects: readonly Effect[]): boolean =>
  effects.some(
    ({ verb, table, to }, at) =>
      ((verb === 'create' && table === name) || (verb === 'rename' && to === name)) &&
      effects.slice(0, at).some((one) => one.verb === 'rename' && one.table === name),
  )

/** Whether rows with values of a column may be dropped; existing rows already are if others replace them. */
const dropsOf = ({ replaces, shape, tokens }: Effect, column: string): boolean =>
  replaces ||
  !('selects' in shape) ||
  shape.selects.length === 0 ||
  shape.selects.some(({ items }) => items.some((item) => item.at(-1)?.key === '*')) ||
  tokens.some((token) => isSameName(plainName(token), column))

/** Whether what is inserted into a table may depend on its content. */
const isAsked = (name: string, effects: readonly Effect[]): boolean =>
  effects.some((effect) => {
    const { shape, replaces, table } = effect
    if (table === name && shape.kind === 'insert' && (replaces || shape.conflict !== null))
      return true
    const times = effect.tokens.filter((token) => plainName(token) === name).length
    return times > (table === name && effect.verb === 'insert' ? 1 : 0) && isReading(effect)
  })

const isReading = (effect: Effect): boolean => effect.verb === 'insert' || isQuery(effect)

function freshRows(before: TableImage | null, { rows }: TableImage): TableImage['rows'] {
  const textOf = ({ identity, values }: TableImage['rows'][number]): string =>
    keyText([...identity, ...values])
  const known = new Set(before?.rows.map(textOf))
  return rows.filter((row) => !known.has(textOf(row)))
}

/** Whether rows get the rowids of others, which need not be a column of the table. */
const givesNumbers = (name: string, effects: readonly Effect[]): boolean =>
  effects.some(
    ({ table, shape }) =>
      table === name &&
      shape.kind === 'insert' &&
      shape.columns?.some(({ key }) => NUMBERS.has(plainName(key))),
  )

const NUMBERS: ReadonlySet<string> = new Set(['rowid', 'docid', 'oid', '_rowid_'])

/** The same with rowids as a column, unless a column holds them already. */
function withNumbers(image: TableImage): TableImage {
  const { table, columns, rows } = image
  if (table.withoutRowid || columns.some((column) => isRowid(table, column))) return image
  const number = { type: 'INTEGER', notNull: true, default: null, generated: null, hidden: false }
  return {
    ...image,
    columns: [...columns, { ...number, name: 'rowid', primaryKey: 0 }],
    rows: rows.map((row) => ({ ...row, values: [...row.values, ...row.identity] })),
  }
}

/** Whether all inserted columns belong to one unique key, so that a skipped row has the same content as an existing one. */
function isAllKey({ columns }: Insert, { table, columns: all }: TableImage): boolean {
  const given = columns?.map(({ key }) => plainName(key)) ?? all.map(({ name }) => foldCase(name))
  return table.uniques.some((key) =>
    given.every((name) => key.some((one) => isSameName(one, name))),
  )
}

const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'create'])
