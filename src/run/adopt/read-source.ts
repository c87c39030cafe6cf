// Reads what another tool has recorded. Never writes.
import { settled, type Work } from '../../database/outcome.js'
import type { Row } from '../../database/driver.js'
import { adoptTableUnfit, adoptUnfinished, adoptWhereInvalid } from '../../errors/adopt.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { RawRow } from '../../plan/adopt/foreign-row.js'
import { has, type ForeignTable, type Source } from '../../plan/adopt/source.js'
import { tokenize } from '../../sql/tokenize.js'
import type { Environment } from '../environment/environment.js'
import { reasonOf } from '../environment/faults.js'
import { columnsOf } from '../ledger/read-ledger.js'
import { SETTINGS_KEYS } from '../mirrors/mirror-settings.js'
import { foldCase, isSameName, plainName, quoteIdentifier } from '../../sql/names.js'

/** The rows as stored. Throws `ADOPT_UNFINISHED` for a lock left by a tool, `ADOPT_TABLE_UNFIT`, and `ADOPT_WHERE_INVALID`. */
export function* readSource<H>(env: Environment<H>, source: Source): Work<readonly RawRow[]> {
  if (source.kind === 'rows') return yield* readRows(env, source)
  if (source.kind === 'user_version') return single(yield* readUserVersion(env), null)
  const settings = yield* readSettings(env, source.table)
  const reason = `it has no key ${SETTINGS_KEYS.version} with a version`
  if (!settings) throw unfit(source.table, reason)
  return single(settings.version, settings.lastRun)
}

/** One value that stands for all versions up to it. */
const single = (version: number, time: unknown): readonly RawRow[] =>
  version === 0 ? [] : [{ number: version, title: null, time, through: 1 }]

function* readRows<H>(
  env: Environment<H>,
  source: Extract<Source, { kind: 'rows' }>,
): Work<readonly RawRow[]> {
  const { layout, table } = source
  yield* refuseLock(env, table, layout.locked)
  const column = (name: string | undefined): string =>
    name !== undefined && has(table, name) ? quoteIdentifier(name) : 'NULL'
  const { number, title, time } = layout
  const condition = (kind: 'failed' | 'undone' | 'through' | 'ignored'): string =>
    inWords(layout[kind] ?? '0', layout.flag)
  const order = layout.order.filter((name) => has(table, name)).map(quoteIdentifier)
  const others = unexplained(source)
  const rows = yield* filtered(
    env,
    source,
    (filter) =>
      `SELECT ${column(number)} AS number, ${column(title)} AS title, ${column(time)} AS time, (${condition('failed')}) AS failed, (${condition('undone')}) AS undone, (${condition('through')}) AS through${others.map((name, at) => `, ${quoteIdentifier(name)} AS other_${at}`).join('')}
FROM main.${quoteIdentifier(table.name)} WHERE NOT coalesce(${condition('ignored')}, 0)${filter}${order.length > 0 ? ` ORDER BY ${order.join(', ')}` : ''}`,
  )
  return rows.map((row) => ({
    ...(row as unknown as RawRow),
    others: Object.fromEntries(others.map((name, at) => [name, row[`other_${at}`]])),
  }))
}

/** SQLite has no booleans: programs write 1 and 0, or words. */
const inWords = (condition: string, flag: string | undefined): string =>
  flag === undefined
    ? condition
    : condition.replaceAll(
        flag,
        `(CASE WHEN ${flag} COLLATE NOCASE IN ('1', 't', 'true', 'y', 'yes', 'on') THEN 1 WHEN ${flag} COLLATE NOCASE IN ('0', 'f', 'false', 'n', 'no', 'off') THEN 0 WHEN typeof(${flag}) <> 'text' THEN ${flag} END)`,
      )

/**
 * The columns that the layout does not explain and the user's filter does not name: whoever filters by a column has decided about
 * it.
 */
function unexplained({
  table,
  layout,
  where,
}: Extract<Source, { kind: 'rows' }>): readonly string[] {
  const { columns, order, number, title, time, homemade } = layout
  const known = homemade ? [number, title] : [...columns, ...order, number, title, time]
  const names = tokenize(where ?? '').map(({ text }) => plainName(text))
  const explained = new Set([...known.map((name = '') => foldCase(name)), ...names])
  return table.columns.filter((name) => !explained.has(foldCase(name)))
}

/** Runs a statement that contains a user's filter, and reports what is wrong with the filter. */
function* filtered<H>(
  { driver }: Environment<H>,
  { table, where }: Extract<Source, { kind: 'rows' }>,
  statement: (filter: string) => string,
): Work<readonly Row[]> {
  if (where === undefined) return yield* settled(driver.query(statement('')))
  const invalid = (reason: string, cause?: unknown): LockstepError =>
    new LockstepError(adoptWhereInvalid(where, table.name, reason), { cause })
  const expression = expressionOf(where)
  if (expression === undefined) throw invalid('it is not one expression')
  try {
    return yield* settled(driver.query(statement(` AND (${expression})`)))
  } catch (error) {
    if (driver.faultOf(error)) throw error
    throw invalid(reasonOf(error), error)
  }
}

/** The filter without comments; undefined if it would close the brackets it is put into, or continue outside them. */
function expressionOf(text: string): string | undefined {
  const tokens = tokenize(text).filter(({ kind }) => kind !== 'space' && kind !== 'comment')
  let depth = 0
  for (const { kind, text: token } of tokens) {
    if (kind === 'unknown' || kind === 'variable' || token === ';') return undefined
    depth += Number(token === '(') - Number(token === ')')
    if (depth < 0) return undefined
  }
  return depth === 0 && tokens.length > 0 ? tokens.map(({ text }) => text).join(' ') : undefined
}

/** A tool that holds its lock is either running or has crashed. */
function* refuseLock<H>(
  env: Environment<H>,
  { name }: ForeignTable,
  column: string | undefined,
): Work<void> {
  if (column === undefined) return
  const lock = `${name}_lock`
  if (!(yield* columnsOf(env, lock)).includes(column)) return
  const held = yield* settled(
    env.driver.query(`SELECT 1 FROM main.${quoteIdentifier(lock)} WHERE ${column} <> 0`),
  )
  if (held.length > 0)
    throw new LockstepError(adoptUnfinished(lock, ['the lock of a run is still held']))
}

/** The version in SQLite's own header; 0 if it was never set. */
export function* readUserVersion<H>({ driver }: Environment<H>): Work<number> {
  const [row] = yield* settled(driver.query('PRAGMA user_version'))
  return Number(row?.['user_version'] ?? 0)
}

/** The migration state found in a settings table. */
export interface MigrationSettings {
  readonly version: number
  readonly lastRun: unknown
}

/**
 * Looks for the keys in every column of a table; undefined if none holds a version. Throws `ADOPT_TABLE_UNFIT` if the key is
 * there but without a whole number beside it.
 */
export function* readSettings<H>(
  { driver }: Environment<H>,
  table: ForeignTable,
): Work<MigrationSettings | undefined> {
  const name = `main.${quoteIdentifier(table.name)}`
  for (const key of table.columns) {
    const select = `SELECT * FROM ${name} WHERE ${quoteIdentifier(key)} = ?`
    const rows = yield* settled(driver.query(select, [SETTINGS_KEYS.version]))
    if (rows.length === 0) continue
    const value = valueColumn(table, key)
    const versions = [...new Set(rows.map((row) => String(row[value])))]
    if (versions.length > 1 || !/^\d{1,9}$/.test(versions[0]!))
      throw unfit(
        table,
        `its column ${value} does not hold one whole number under the key ${SETTINGS_KEYS.version}`,
      )
    const [last] = yield* settled(driver.query(select, [SETTINGS_KEYS.lastRun]))
    return { version: Number(versions[0]), lastRun: last?.[value] ?? null }
  }
  return undefined
}

/** The column beside the key: the one called value, or with value in its name, or the only other one. Throws `ADOPT_TABLE_UNFIT`. */
function valueColumn(table: ForeignTable, key: string): string {
  const others = table.columns.filter((column) => column !== key)
  const named = others.filter((column) => /value/i.test(column))
  const exact = named.filter((column) => isSameName(column, 'value'))
  const [column, ...more] = [exact, named, others].find((some) => some.length > 0) ?? []
  if (column !== undefined && more.length === 0) return column
  throw unfit(
    table,
    `it does not show which column has the value of the key ${SETTINGS_KEYS.version}`,
  )
}

const unfit = ({ name }: ForeignTable, reason: string): LockstepError =>
  new LockstepError(adoptTableUnfit(name, reason))
