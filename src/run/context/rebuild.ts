// `ctx.rebuild`: replaces a table by a new one, following the procedure of https://www.sqlite.org/lang_altertable.html#otheralter
// (the numbers below are its steps). In a transaction the runner has done 1, 2, 11 and 12 around the step: foreign keys off,
// transaction, commit, foreign keys on; and it does 10, the check. Every name is qualified with its schema where the grammar
// allows it, since otherwise TEMP objects come first.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { foreignKeysEnforcedDrop } from '../../errors/run.js'
import { rebuildInvalid } from '../../errors/usage.js'
import type { RebuildOptions } from '../../model/migration.js'
import { splitStatements, tokensOf } from '../../sql/split-statements.js'
import {
  foldCase,
  isSameName,
  plainName,
  quoteIdentifier as quoted,
  unquote,
} from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { reasonOf } from '../environment/faults.js'
import { referencesOf } from '../environment/references.js'
import { withOff } from '../environment/with-off.js'
import { isEnforced, withForeignKeysOff } from '../keys/foreign-keys.js'
import { keyWatch } from '../keys/key-watch.js'
import type { ToolkitHost } from './context.js'
import { asWhole, inTransaction } from './own-transaction.js'
import { copyRows } from './rebuild-copy.js'
import type { CopyHost } from './rebuild-slices.js'
import { surroundingsOf, type Definition } from './rebuild-objects.js'

/** Rebuilds a table and restores its dependent objects, rowids, statistics and AUTOINCREMENT counter. */
export function* rebuild<H>(host: CopyHost<H>, table: string, options: RebuildOptions): Work<void> {
  const { env } = host
  host.inspect(options.create)
  // With this setting, renaming would leave the helper's name in objects that refer to the table.
  const work = withOff(env, 'legacy_alter_table', replace(host, table, options))
  if (env.driver.inTransaction()) return yield* asWhole(env, work)
  // 1. and 12. Within a transaction switching has no effect.
  yield* withForeignKeysOff(env, inTransaction(host, checked(host, work)))
}

/** 10. The check: the runner's own comes at the end of the step, after this has been committed. */
function* checked<H>({ env, task }: ToolkitHost<H>, work: Work<void>): Work<void> {
  const keys = keyWatch(env)
  yield* keys.before(task)
  // Even if there were no keys before, the new table may have some.
  keys.see('REFERENCES')
  yield* work
  yield* keys.after(task)
}

function* replace<H>(
  host: CopyHost<H>,
  table: string,
  { create, copy = {}, columns }: RebuildOptions,
): Work<void> {
  const { env, task } = host
  const body = bodyOf(create, table)
  // 3. Remember the indexes, triggers and views. Views and triggers elsewhere that name the table would block the rename.
  const around = yield* surroundingsOf(env, table)
  const { all, attached } = around
  const helper = freeName(`lockstep_new_${table}`, all)
  // If the author knows the columns, views made by others must keep working.
  const views = columns ? yield* readable(env, attached) : []
  // 4. and 5. Create the new table under a temporary name and copy.
  yield* run(host, `CREATE TABLE main.${quoted(helper)}${inNameOf(helper, table, body)}`)
  if (/\bAUTOINCREMENT\b/i.test(create)) yield* keepWatermark(env, [helper, table], all)
  yield* copyRows(host, { table, helper, copy, columns, ...around })
  for (const { owner, type, name } of attached)
    if (type !== 'index') yield* run(host, `DROP ${type} IF EXISTS ${owner}.${quoted(name)}`)
  yield* refuseDeleting(env, task, [table, helper])
  // 6. and 7. Drop the old table, rename the new one: never the other way round, which would redirect references.
  yield* keepStatistics(env, [helper, table], all)
  yield* run(host, `DROP TABLE main.${quoted(table)}`)
  yield* run(host, `ALTER TABLE main.${quoted(helper)} RENAME TO ${quoted(table)}`)
  // 8. and 9. Recreate what was remembered; triggers last, since some of them belong to views.
  for (const one of attached) if (one.type !== 'trigger') yield* recreate(host, table, one)
  for (const one of attached) if (one.type === 'trigger') yield* recreate(host, table, one)
  if (yield* keepStatistics(env, [table, helper], all))
    yield* run(host, 'ANALYZE main.sqlite_master')
  yield* readable(env, views, table)
}

/** The views that can be read; with `table`, throws if one of them cannot. */
function* readable<H>(
  { driver }: Environment<H>,
  all: readonly Definition[],
  table?: string,
): Work<readonly Definition[]> {
  const found: Definition[] = []
  for (const one of all.filter(({ type }) => type === 'view'))
    try {
      yield* settled(driver.execute(`EXPLAIN SELECT 1 FROM ${one.owner}.${quoted(one.name)}`))
      found.push(one)
    } catch (error) {
      if (table !== undefined) throw unfit(table, one, error)
    }
  return found
}

function unfit(table: string, { type, name }: Definition, error: unknown): LockstepError {
  const reason = `its ${type} ${name} does not fit the new one (${reasonOf(error)})`
  const again = type === 'view' ? ', and recreate it afterwards so that it fits' : ''
  const fix = `Drop the ${type} before the call${again}.`
  return new LockstepError(rebuildInvalid(table, reason, fix, { [type]: name }), { cause: error })
}

const COMMENT = /--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\//.source
const GAP = `(?:\\s|${COMMENT})*`
const NAME = /"(?:[^"]|"")*"|'(?:[^']|'')*'|`(?:[^`]|``)*`|\[[^\]]*\]|[\w$\x80-\uffff]+/.source
/** Matches everything before the column list, ending with the name. */
const CREATE = RegExp(
  `^CREATE${GAP}TABLE${GAP}(?:IF${GAP}NOT${GAP}EXISTS${GAP})?(?:(?:${NAME})${GAP}\\.${GAP})?(?:${NAME})`,
  'i',
)

/** What follows the name in the CREATE TABLE statement. */
function bodyOf(create: string, table: string): string {
  const [{ text = '' } = {}, ...more] = splitStatements(create)
  const [head = ''] = CREATE.exec(text) ?? []
  const [name = '', dot, owner = ''] = [...tokensOf(head)].map((token) => token.text).reverse()
  const body = text.slice(head.length)
  const isOwn = isSameName(unquote(name), table) && (dot !== '.' || plainName(owner) === 'main')
  // A table created by AS SELECT would have rows before any are copied.
  if (!head || !isOwn || more.length > 0 || tokensOf(body).next().value?.text !== '(')
    throw new LockstepError(
      rebuildInvalid(
        table,
        'create must be one CREATE TABLE statement, with columns, for the same table',
      ),
    )
  return body
}

/** A CHECK may qualify columns with its table; the rename restores the right name. */
function inNameOf(helper: string, table: string, body: string): string {
  const tokens = [...tokensOf(body)]
  return tokens.reduceRight((text, { text: name, start }, at) => {
    const isQualifier = tokens[at + 1]?.text === '.' && /^\D/.test(name)
    if (!isQualifier || !isSameName(unquote(name), table)) return text
    return text.slice(0, start) + quoted(helper) + text.slice(start + name.length)
  }, body)
}

const freeName = (name: string, all: readonly Definition[]): string =>
  all.some((one) => isSameName(one.name, name)) ? freeName(`${name}_`, all) : name

/** With enforced keys, dropping a table first deletes its rows, and then the rows that refer to them. */
function* refuseDeleting<H>(
  env: Environment<H>,
  task: ToolkitHost<H>['task'],
  [table, helper]: readonly [string, string],
): Work<void> {
  if (!(yield* isEnforced(env))) return
  const acting = (yield* referencesOf(env)).find(
    ([by, parent]) => parent === foldCase(table) && by !== foldCase(table),
  )
  if (!acting) return
  const by = acting[0] === foldCase(helper) ? `the new ${table}` : acting[0]!
  throw new LockstepError(foreignKeysEnforcedDrop(task, table, by))
}

const has = (all: readonly Definition[], name: string): boolean =>
  all.some((one) => one.owner === 'main' && one.name === name)

/** Without this, the ids of deleted rows would be assigned again. Renaming a table also renames its counter. */
function* keepWatermark<H>(
  { driver }: Environment<H>,
  [to, from]: readonly [string, string],
  all: readonly Definition[],
): Work<void> {
  if (!has(all, 'sqlite_sequence')) return
  const insert =
    'INSERT INTO main.sqlite_sequence (name, seq) SELECT ?, seq FROM main.sqlite_sequence WHERE name = ? COLLATE NOCASE'
  yield* settled(driver.query(insert, [to, from]))
}

/** Dropping a table deletes its ANALYZE statistics, but not those under another name. Returns whether there are any. */
function* keepStatistics<H>(
  { driver }: Environment<H>,
  [to, from]: readonly [string, string],
  all: readonly Definition[],
): Work<boolean> {
  const tables = ['sqlite_stat1', 'sqlite_stat4'].filter((name) => has(all, name))
  for (const name of tables)
    yield* settled(
      driver.query(`UPDATE main.${name} SET tbl = ? WHERE tbl = ? COLLATE NOCASE`, [to, from]),
    )
  return tables.length > 0
}

/** SQLite's error for an index over a column that the new table lacks does not name the index. */
function* recreate<H>(host: ToolkitHost<H>, table: string, one: Definition): Work<void> {
  const { owner, type, sql } = one
  try {
    // SQLite stores the statement in this form, without the name of its schema.
    yield* run(host, sql.replace(/^CREATE (?:UNIQUE )?\w+ /i, `$&${owner}.`))
  } catch (error) {
    if (type !== 'index' || !reasonOf(error).includes('no such column')) throw error
    throw unfit(table, one, error)
  }
}

/** Runs one statement, unless the transaction has been ended meanwhile, in which case its effects would persist. */
function* run<H>({ env, use }: ToolkitHost<H>, statement: string): Work<void> {
  use('')
  yield* settled(env.driver.execute(statement))
}
