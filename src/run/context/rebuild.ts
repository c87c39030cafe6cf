// `ctx.rebuild`: a new table in the place of an old one, by the procedure of
// https://www.sqlite.org/lang_altertable.html#otheralter (the numbers below are its steps). The runner has done 1, 2,
// 11 and 12 around the step: foreign keys off, transaction, commit, foreign keys on; and it does 10, the check.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { foreignKeysEnforcedDrop } from '../../errors/run.js'
import { rebuildInvalid } from '../../errors/usage.js'
import type { RebuildOptions } from '../../model/migration.js'
import type { Environment } from '../environment.js'
import { reasonOf } from '../faults.js'
import { whereOf } from '../task.js'
import type { ToolkitHost } from './context.js'
import { foldCase, quoteIdentifier, unquote } from '../../sql/names.js'

const NAME =
  /^\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?("(?:[^"]|"")+"|`(?:[^`]|``)+`|\[[^\]]+\]|[\w$\x80-\uffff]+)/i

/** Rebuilds a table; indexes, triggers and views come back as they were, and so does the AUTOINCREMENT watermark. */
export function* rebuild<H>(
  { env, task, inspect }: ToolkitHost<H>,
  table: string,
  { create, copy = {} }: RebuildOptions,
): Work<void> {
  inspect(create)
  if (task.entry.foreignKeys === 'enforce')
    throw new LockstepError(foreignKeysEnforcedDrop(whereOf(task), table))
  const [head, named] = NAME.exec(create) ?? []
  if (head === undefined || named === undefined || foldCase(unquote(named)) !== foldCase(table))
    throw new LockstepError(
      rebuildInvalid(table, 'create must be a CREATE TABLE statement for the same table'),
    )
  const temporary = `lockstep_new_${table}`
  // 3. Remember the indexes, triggers and views. Views and triggers elsewhere that name the table would stop the rename.
  const attached = yield* definitions(env, table)
  for (const one of attached)
    if (one.type !== 'index')
      yield* run(env, `DROP ${one.type} IF EXISTS ${quoteIdentifier(one.name)}`)
  // 4. Create the new table under a temporary name.
  yield* run(
    env,
    head.slice(0, -named.length) + quoteIdentifier(temporary) + create.slice(head.length),
  )
  // 5. Copy by name.
  yield* copyRows(env, table, temporary, copy)
  const sequence = yield* watermark(env, table)
  // 6. and 7. Drop the old table, rename the new one: never the other way round, which would re-point references.
  yield* run(env, `DROP TABLE ${quoteIdentifier(table)}`)
  yield* run(env, `ALTER TABLE ${quoteIdentifier(temporary)} RENAME TO ${quoteIdentifier(table)}`)
  if (sequence !== undefined) yield* keepWatermark(env, table, sequence)
  // 8. and 9. Recreate what was remembered; triggers last, since some of them belong to views.
  for (const one of attached) if (one.type !== 'trigger') yield* recreate(env, table, one)
  for (const one of attached) if (one.type === 'trigger') yield* run(env, one.sql)
}

interface Definition {
  readonly type: string
  readonly name: string
  readonly sql: string
}

/** The table's own indexes and triggers, and every view and every trigger whose text mentions it, in order of creation. */
function* definitions<H>({ driver }: Environment<H>, table: string): Work<readonly Definition[]> {
  const rows = yield* settled(
    driver.query(
      `SELECT type, name, sql, tbl_name = ? COLLATE NOCASE AS own FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'table' ORDER BY rowid`,
      [table],
    ),
  )
  const all = rows as unknown as (Definition & { readonly own: number })[]
  const found = all.filter(
    ({ type, sql, own }) => own === 1 || (type !== 'index' && mentions(sql, table)),
  )
  const views = all.filter(({ type }) => type !== 'index')
  return dependents(found, views)
}

const mentions = (sql: string, name: string): boolean => foldCase(sql).includes(foldCase(name))

/** Views over such views, and their triggers, stand in the way as well. */
function dependents(
  found: readonly Definition[],
  views: readonly Definition[],
): readonly Definition[] {
  const names = new Set(found.map((one) => one.name))
  const more = views.filter(
    ({ name, sql }) =>
      !names.has(name) && found.some((other) => other.type === 'view' && mentions(sql, other.name)),
  )
  return more.length === 0 ? found : dependents([...found, ...more], views)
}

function* copyRows<H>(
  env: Environment<H>,
  from: string,
  to: string,
  copy: Readonly<Record<string, string>>,
): Work<void> {
  const old = new Set((yield* columnNames(env, from, READABLE)).map((name) => foldCase(name)))
  if (old.size === 0) throw new LockstepError(rebuildInvalid(from, 'there is no such table'))
  const columns = (yield* columnNames(env, to, WRITABLE)).filter(
    (name) => Object.hasOwn(copy, name) || old.has(foldCase(name)),
  )
  const unknown = Object.keys(copy).find((name) => !columns.includes(name))
  if (unknown !== undefined)
    throw new LockstepError(rebuildInvalid(from, `the new table has no column ${unknown}`))
  const targets = columns.map(quoteIdentifier).join(', ')
  const values = columns
    .map((name) => (Object.hasOwn(copy, name) ? copy[name] : quoteIdentifier(name)))
    .join(', ')
  if (columns.length > 0)
    yield* run(
      env,
      `INSERT INTO ${quoteIdentifier(to)} (${targets}) SELECT ${values} FROM ${quoteIdentifier(from)}`,
    )
}

/** `hidden` in table_xinfo is 1 for the hidden columns of virtual tables, 2 and 3 for generated ones. */
const READABLE = '0, 2, 3'
const WRITABLE = '0'

function* columnNames<H>(
  { driver }: Environment<H>,
  table: string,
  hidden: string,
): Work<readonly string[]> {
  const rows = yield* settled(
    driver.query(
      `SELECT name FROM unshadowed.pragma_table_xinfo(?, 'main') WHERE hidden IN (${hidden}) ORDER BY cid`,
      [table],
    ),
  )
  return rows.map((row) => String(row['name']))
}

/** As text: a client may read great numbers inexactly, and write any number as a real one. */
function* watermark<H>(env: Environment<H>, table: string): Work<string | undefined> {
  const [exists] = yield* settled(
    env.driver.query("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"),
  )
  if (!exists) return undefined
  const [row] = yield* settled(
    env.driver.query(
      'SELECT CAST(seq AS TEXT) AS seq FROM sqlite_sequence WHERE name = ? COLLATE NOCASE',
      [table],
    ),
  )
  return row?.['seq'] as string | undefined
}

/** Without this, ids of deleted rows would be given out again. */
function* keepWatermark<H>(env: Environment<H>, table: string, sequence: string): Work<void> {
  const changed = yield* settled(
    env.driver.query(
      'UPDATE sqlite_sequence SET seq = max(seq, CAST(? AS INTEGER)) WHERE name = ? COLLATE NOCASE RETURNING 1',
      [sequence, table],
    ),
  )
  const [definition] = yield* settled(
    env.driver.query('SELECT sql FROM sqlite_master WHERE name = ?', [table]),
  )
  if (changed.length > 0 || !/\bAUTOINCREMENT\b/i.test(String(definition?.['sql']))) return
  yield* settled(
    env.driver.query('INSERT INTO sqlite_sequence (name, seq) VALUES (?, CAST(? AS INTEGER))', [
      table,
      sequence,
    ]),
  )
}

/** What SQLite says of an index over a column that the new table lacks does not name the index. */
function* recreate<H>(
  env: Environment<H>,
  table: string,
  { type, name, sql }: Definition,
): Work<void> {
  try {
    yield* run(env, sql)
  } catch (error) {
    const reason = reasonOf(error)
    if (type !== 'index' || !reason.includes('no such column')) throw error
    throw new LockstepError(
      rebuildInvalid(table, `its index ${name} does not fit the new one (${reason})`),
      { cause: error },
    )
  }
}

function* run<H>(env: Environment<H>, statement: string): Work<void> {
  yield* settled(env.driver.execute(statement))
}
