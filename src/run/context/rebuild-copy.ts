// Copies rows for `ctx.rebuild`: columns by name, and the rowids by which full-text indexes find their rows.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { rebuildInvalid } from '../../errors/usage.js'
import { externalContent } from '../../schema/external-content.js'
import { foldCase, isSameName, quoteIdentifier as quoted, unquote } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import type { Surroundings } from './rebuild-objects.js'
import { tokensOf } from '../../sql/split-statements.js'
import { copyInSlices, sliceOf, standsAlone, type CopyHost, type Order } from './rebuild-slices.js'

/** A table and the new one that will replace it. */
export interface Copying extends Surroundings {
  readonly table: string
  readonly helper: string
  /** The author's expressions. */
  readonly copy: Readonly<Record<string, string>>
  /** The columns that the author knows of. */
  readonly columns: readonly string[] | undefined
}

/**
 * Copies all rows; if there are many, in slices, reporting progress and checking for an abort in between. Throws
 * `REBUILD_INVALID` if they, or some of them, cannot be copied like this.
 */
export function* copyRows<H>(host: CopyHost<H>, copying: Copying): Work<void> {
  const { env } = host
  const { table, helper } = copying
  const { statement, order } = yield* copyOf(env, copying)
  host.inspect(statement)
  const before = yield* countOf(env, table)
  if (order && before > sliceOf(env, before))
    yield* copyInSlices(host, { statement, table, helper, order, total: before })
  else yield* settled(env.driver.execute(statement))
  const after = yield* countOf(env, helper)
  if (before === after) return
  const mayAggregate = after === 1 && Object.keys(copying.copy).length > 0
  const why = `of its ${before} rows, the new one would have ${after}`
  const fix = `${mayAggregate ? AGGREGATE : ''}Remove ON CONFLICT from the new table, which makes SQLite skip or replace rows that violate a constraint; change or delete those rows before the call.`
  throw new LockstepError(rebuildInvalid(table, why, fix))
}

function* countOf<H>({ driver }: Environment<H>, table: string): Work<number> {
  const [row] = yield* settled(driver.query(`SELECT count(*) AS n FROM main.${quoted(table)}`))
  return Number(row?.['n'])
}

const AGGREGATE =
  'An aggregate in `copy`, such as count() or max(), turns all rows into one: write it as a subquery, `(SELECT max(…) FROM …)`. Otherwise: '

/** The reason, and the fix. */
type Why = readonly [reason: string, fix?: string]

const lostBy = ({ index, key }: { readonly index: string; readonly key: string }): string =>
  `the index ${index} would no longer find its rows by their ${key}`

const KEEP_OR_DROP =
  'Find out who did this. If the column was renamed by hand, rename it back by hand. If it was added, drop it by hand if its values are not needed; otherwise keep them in a table of their own for now, and add the column in a migration after this one.'

const FILL_AGAIN = 'Drop the index before the call, and create and fill it again afterwards.'

/** The statement that copies the rows. Throws `REBUILD_INVALID` if they cannot be copied like this. */
function* copyOf<H>(
  env: Environment<H>,
  copying: Copying,
): Work<{ readonly statement: string; readonly order: Order | undefined }> {
  const { table, helper } = copying
  const copy = Object.fromEntries(
    Object.entries(copying.copy).map(([name, value]) => [foldCase(name), value]),
  )
  const refuse = (...why: Why): LockstepError => new LockstepError(rebuildInvalid(table, ...why))
  const old = yield* columnsOf(env, table)
  const fresh = yield* columnsOf(env, helper)
  const filled = fresh.filter(
    ({ name, hidden }) =>
      hidden === 0 && (Object.hasOwn(copy, foldCase(name)) || isRead(named(old, name))),
  )
  const wrong = unfit(copying, old, filled)
  if (wrong) throw refuse(...wrong)
  const keyed = filled.some((column) => column.rowid === 1)
  const [to, from] = keyed ? [] : [aliasIn(fresh), aliasIn(old)]
  const isKept = (key: string): boolean => {
    const number = isRowid(fresh, key)
    const target = filled.find((one) => (number ? one.rowid === 1 : isSameName(one.name, key)))
    const source = target ? sourceOf(foldCase(target.name), copy) : number ? from : undefined
    return (
      source !== undefined &&
      (isSameName(source, key) || (isRowid(old, source) && isRowid(old, key)))
    )
  }
  const losing = indexesOver(copying, old).find(({ key }) => !isKept(key))
  if (losing) throw refuse(lostBy(losing), FILL_AGAIN)
  const values = filled.map(({ name }) => [
    quoted(name),
    // An expression may end in a comment.
    Object.hasOwn(copy, foldCase(name)) ? `${copy[foldCase(name)]}\n` : quoted(name),
  ])
  const pairs = [...(to !== undefined && from !== undefined ? [[to, from]] : []), ...values]
  if (pairs.length === 0) throw refuse('none of its columns would be copied')
  const [targets, sources] = [0, 1].map((side) => pairs.map((pair) => pair[side]).join(', '))
  const statement = `INSERT INTO main.${quoted(helper)} (${targets}) SELECT ${sources} FROM main.${quoted(table)}`
  return { statement, order: orderOf(old, filled, { to, from, copy }) }
}

/** What is wrong with the author's columns: they do not exist, or existing ones are not listed. */
function unfit(
  { copy, columns }: Copying,
  old: readonly Column[],
  filled: readonly Column[],
): Why | undefined {
  const open = Object.keys(copy).find((name) => hasParameter(String(copy[name])))
  if (open !== undefined)
    return [`nothing gives a value to the parameter in \`copy\` of ${open}`, 'Write the value out.']
  const unknown = Object.keys(copy).find((name) => !named(filled, name))
  if (unknown !== undefined) return [`the new table has no column ${unknown}`]
  const added = columns && old.find((one) => isRead(one) && !isAmong(columns, one.name))
  return (
    added && [
      `no migration knows its column ${added.name}, which would be lost with its values`,
      KEEP_OR_DROP,
    ]
  )
}

const hasParameter = (expression: string): boolean =>
  [...tokensOf(expression)].some(({ text }) => /^[?:@$]/.test(text))

const isAmong = (names: readonly string[], name: string): boolean =>
  names.some((one) => isSameName(one, name))

/** What identifies a row in both tables: only a rowid that the new table takes over unchanged. */
function orderOf(
  old: readonly Column[],
  filled: readonly Column[],
  { to, from, copy }: { readonly [K in keyof Order]: string | undefined } & Pick<Copying, 'copy'>,
): Order | undefined {
  const keyed = filled.find(({ rowid }) => rowid === 1)
  const key = keyed?.name ?? to
  const source = keyed ? sourceOf(foldCase(keyed.name), copy) : from
  if (key === undefined || source === undefined || !isRowid(old, source)) return undefined
  if (!Object.values(copy).every(standsAlone)) return undefined
  const own = old.find(({ rowid }) => rowid === 1)?.name ?? source
  return { from: quoted(own), to: quoted(key) }
}

/** The column that an expression names, otherwise a text that is not a column name. */
function sourceOf(column: string, copy: Copying['copy']): string {
  const source = Object.hasOwn(copy, column) ? String(copy[column]).trim() : column
  return source.startsWith("'") ? '' : unquote(source)
}

interface Column {
  readonly name: string
  /** 1 for the hidden columns of virtual tables, 2 and 3 for generated ones. */
  readonly hidden: number
  /** Whether the column is an alias of the rowid: INTEGER PRIMARY KEY. */
  readonly rowid: number
  /** Whether its table is WITHOUT ROWID. */
  readonly without: number
}

/** A primary key without an index is the rowid; a table that `index_info` accepts as an index has no rowid. */
const COLUMNS = `SELECT c.name, c.hidden, c.pk AND NOT EXISTS (SELECT 1 FROM unshadowed.pragma_index_list(t.name, 'main') WHERE origin = 'pk') AS rowid, EXISTS (SELECT 1 FROM unshadowed.pragma_index_info(t.name, 'main')) AS without
FROM (SELECT ? AS name) t, unshadowed.pragma_table_xinfo(t.name, 'main') c ORDER BY c.cid`

function* columnsOf<H>({ driver }: Environment<H>, table: string): Work<readonly Column[]> {
  return (yield* settled(driver.query(COLUMNS, [table]))) as unknown as readonly Column[]
}

const named = (columns: readonly Column[], name: string): Column | undefined =>
  columns.find((column) => isSameName(column.name, name))

const isRead = (column: Column | undefined): boolean => column !== undefined && column.hidden !== 1

const ALIASES: ReadonlySet<string> = new Set(['rowid', '_rowid_', 'oid'])

/** A name for the rowid that no column takes. */
const aliasIn = (columns: readonly Column[]): string | undefined =>
  [...ALIASES].find((name) => !named(columns, name) && isRowid(columns, name))

function isRowid(columns: readonly Column[], name: string): boolean {
  const column = named(columns, name)
  return column ? column.rowid === 1 : ALIASES.has(foldCase(name)) && !columns[0]?.without
}

/** The full-text indexes that find their rows by a column of the table or by its rowid, including through a view. */
function indexesOver(
  { table, attached, all }: Copying,
  old: readonly Column[],
): { index: string; key: string }[] {
  return all.flatMap(({ owner, name: index, sql }) => {
    const external = owner === 'main' ? externalContent(sql) : undefined
    if (!external) return []
    const { table: content, key } = external
    if (isSameName(content, table)) return [{ index, key }]
    const view = attached.find(
      (one) => one.type === 'view' && one.owner === 'main' && isSameName(one.name, content),
    )
    if (!view) return []
    const byRowid = /\b(?:_?rowid_?|oid)\b/i.test(view.sql) ? [{ index, key: 'rowid' }] : []
    return named(old, key) ? [...byRowid, { index, key }] : byRowid
  })
}
