// Selects what to read to find out which migrations are applied: a table in some layout, or a single value. Pure.
import { adoptTableUnfit } from '../../errors/adopt.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { optionInvalid } from '../../errors/usage.js'
import { LAYOUT_NAMES, type AdoptOptions, type LayoutName } from '../../model/adoption.js'
import { checkForce } from '../ledger-edit.js'
import { isSameName } from '../../sql/names.js'
import { LAYOUTS, type Layout } from './layouts.js'

/** A table or view of the database and its columns, as they are spelled there. */
export interface ForeignTable {
  readonly name: string
  readonly columns: readonly string[]
}

/** Rows of a table; or a single version, which stands for all before it. */
export type Source =
  | {
      readonly kind: 'rows'
      readonly name: LayoutName | 'table'
      readonly table: ForeignTable
      readonly layout: Layout
      /** Which of its rows count; all if undefined. */
      readonly where: string | undefined
    }
  | { readonly kind: 'settings'; readonly table: ForeignTable }
  | { readonly kind: 'user_version' }

/** A source that is a table. */
export type TableSource = Exclude<Source, { kind: 'user_version' }>

/** The usual table of the settings keys. */
export const SETTINGS_TABLE = 'settings'

/** The names of all tables that may have to be looked at. */
export const interestingTables = ({ fromTable }: AdoptOptions): readonly string[] => [
  ...new Set([
    ...Object.values(LAYOUTS).map(({ table }) => table),
    SETTINGS_TABLE,
    ...(fromTable === undefined ? [] : [fromTable]),
  ]),
]

/** Refuses options that are incompatible, or name something unknown. Throws `OPTION_INVALID`. */
export function checkAdoptOptions(options: AdoptOptions): void {
  const { from, fromTable } = options
  const columns = [options.versionColumn, options.nameColumn, options.timeColumn]
  const named = columns.find((column) => column !== undefined)
  if (from !== undefined && !LAYOUT_NAMES.includes(from))
    throw invalid('from', from, `one of ${LAYOUT_NAMES.join(', ')}`)
  if (named !== undefined && (fromTable === undefined || from !== undefined))
    throw invalid('column', named, 'left out, unless fromTable names a table of an unknown layout')
  if (fromTable !== undefined && (from === 'user_version' || from === 'schema'))
    throw invalid('fromTable', fromTable, `left out, because ${from} is not in a table`)
  checkRowOptions(options)
  checkForce(options)
}

function checkRowOptions({ from, fromTable, at, by, where }: AdoptOptions): void {
  const source = from ?? fromTable
  if (by !== undefined && (from === 'schema' || (at !== undefined && source === undefined)))
    throw invalid('by', by, 'left out, because no rows are read')
  if (where !== undefined && (source === undefined || SINGLE.has(from)))
    throw invalid('where', where, 'left out, unless from or fromTable names a table of rows')
}

/** The layouts that are a single value, or nothing. */
const SINGLE: ReadonlySet<LayoutName | undefined> = new Set(['settings', 'user_version', 'schema'])

const invalid = (...parts: Parameters<typeof optionInvalid>): LockstepError =>
  new LockstepError(optionInvalid(...parts))

/** The source of a requested layout. Throws `ADOPT_TABLE_UNFIT`. */
export function namedSource(
  from: Exclude<LayoutName, 'schema'>,
  { fromTable, where }: AdoptOptions,
  tables: readonly ForeignTable[],
): Source {
  if (from === 'user_version') return { kind: 'user_version' }
  if (from === 'settings')
    return { kind: 'settings', table: required(fromTable ?? SETTINGS_TABLE, tables) }
  const layout = LAYOUTS[from]
  const table = required(fromTable ?? layout.table, tables)
  const missing = layout.columns.filter((column) => !has(table, column))
  if (missing.length > 0) {
    const reason = `${from} has a column ${missing.join(' and a column ')}, which this table lacks`
    throw new LockstepError(adoptTableUnfit(table.name, reason))
  }
  return { kind: 'rows', name: from, table, layout, where }
}

/** A table of an unknown layout, with the columns that were named or have the usual names. */
export function unknownSource(
  fromTable: string,
  options: AdoptOptions,
  tables: readonly ForeignTable[],
): Source {
  const table = required(fromTable, tables)
  const { versionColumn, nameColumn, timeColumn, where } = options
  for (const column of [versionColumn, nameColumn, timeColumn]) {
    if (column !== undefined && !has(table, column))
      throw new LockstepError(adoptTableUnfit(table.name, `it has no column ${column}`))
  }
  const usual = (...names: readonly string[]) => names.find((name) => has(table, name))
  const told = versionColumn !== undefined || nameColumn !== undefined
  const number = told ? versionColumn : usual('version')
  const title = told ? nameColumn : usual('name', 'description', 'key')
  const time = timeColumn ?? usual('applied_at')
  if (number === undefined && title === undefined)
    throw new LockstepError(adoptTableUnfit(table.name, 'it has no column version or name'))
  const layout = unknownLayout(table, number, title, time)
  return { kind: 'rows', name: 'table', table, layout, where }
}

function unknownLayout(
  { name }: ForeignTable,
  number: string | undefined,
  title: string | undefined,
  time: string | undefined,
): Layout {
  const order = [number, time, title].filter((column) => column !== undefined)
  return {
    table: name,
    homemade: true,
    columns: [],
    order,
    ...(number !== undefined && { number }),
    ...(title !== undefined && { title }),
    ...(title !== undefined && isSameName(title, 'description') && { described: true }),
    ...(time !== undefined && { time }),
  }
}

/** Every known layout that matches a table of its usual name. */
export const recognizedSources = (
  tables: readonly ForeignTable[],
): readonly Extract<Source, { kind: 'rows' }>[] =>
  Object.entries(LAYOUTS).flatMap(([name, layout]) =>
    tables
      .filter((table) => isSameName(table.name, layout.table) && fits(layout, table))
      .map((table) => ({
        kind: 'rows' as const,
        name: name as LayoutName,
        table,
        layout,
        where: undefined,
      })),
  )

const fits = ({ columns, exactly }: Layout, table: ForeignTable): boolean =>
  columns.every((column) => has(table, column)) &&
  (!exactly || table.columns.length === columns.length)

/** Whether a table has a column; SQLite ignores the case. */
export const has = ({ columns }: ForeignTable, column: string): boolean =>
  columns.some((one) => isSameName(one, column))

function required(name: string, tables: readonly ForeignTable[]): ForeignTable {
  const table = tables.find((one) => isSameName(one.name, name))
  if (table) return table
  throw new LockstepError(adoptTableUnfit(name, 'there is no such table'))
}
