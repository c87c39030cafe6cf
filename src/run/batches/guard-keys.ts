// Ensures that the work on a batch leaves the keys alone that the batches are ordered by, whatever does it: the author's
// statement or code, a trigger, or a foreign key action.
import { settled, type Work } from '../../database/outcome.js'
import type { Value } from '../../database/driver.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { batchesInvalid } from '../../errors/usage.js'
import { quoteIdentifier } from '../../sql/names.js'
import type { Environment } from '../environment/environment.js'
import { unlessClosed } from '../environment/faults.js'
import { countBehind } from './count-behind.js'
import type { Keyed } from './proven-rows.js'

/** The work on a batch that ends at a key. */
export interface Guarded {
  readonly key: Value
  readonly by: 'code' | 'statement'
  act(): Work<void>
}

/**
 * Does the work on a batch that ends at a key, in the transaction of the batch. Throws `BATCHES_INVALID` if rows would be skipped
 * or processed twice. The triggers that detect this are TEMP: no other connection has them, and they disappear with a failed
 * transaction.
 */
export function* guardingKeys<H>(
  env: Environment<H>,
  rows: Keyed,
  { key, by, act }: Guarded,
): Work<void> {
  const { driver } = env
  const isAlone = yield* hasNoTriggers(env)
  // A statement changes only the rows of the batch.
  const mayReach = !rows.isWhole && (by === 'code' || !isAlone)
  const names = mayReach ? [...NAMES, LATER] : NAMES
  yield* settled(driver.execute(`${guardsOf(rows)}${mayReach ? laterOf(rows) : ''}`))
  yield* settled(driver.query(`INSERT INTO temp.${SEEN} VALUES ('end', ?)`, [key]))
  const later = rows.looksAround ? yield* countBehind(rows, key) : 0
  yield* isAlone ? withReplaced(env, act()) : act()
  const [left] = yield* settled(driver.query(guardsLeft(names), [rows.table]))
  if (left?.['n'] !== names.length) throw disturbed(rows, `recreates the table ${rows.table}`)
  const [found] = yield* rows.ask(findingsOf(rows))
  if (found) throw disturbed(rows, told(found))
  const more = rows.looksAround ? (yield* countBehind(rows, key)) - later : 0
  if (more !== 0)
    throw disturbed(
      rows,
      more < 0
        ? 'removes rows from the query that belong to a later batch'
        : 'adds rows to the query',
    )
  yield* settled(driver.execute(droppedOf(names)))
}

/** The fix for work that did so. */
export const KEPT =
  'In the work on a batch, do not change the key of a row, add rows to the query, or delete or remove from it rows of a later batch. Put other changes of the table into a migration of their own.'

function disturbed({ by, table }: Keyed, deed: string): LockstepError {
  const reason = `The work on a batch ${deed}: in the order of ${JSON.stringify(by)}, rows would be processed twice, or never.`
  return new LockstepError(batchesInvalid(reason, KEPT, { option: 'by', value: by, table }))
}

const told = ({ what, shown }: Readonly<Record<string, unknown>>): string =>
  `${DEEDS[String(what)]} (${String(shown)})`

const DEEDS: Readonly<Record<string, string>> = {
  moved: 'changes the key of a row',
  deleted: 'deletes a row that belongs to a later batch',
  added: 'adds a row to the query',
  taken: 'removes a row from the query that belongs to a later batch',
  joined: 'adds a row to the query',
}

const SEEN = 'lockstep_batch'

/** The table in which the triggers record what they see. */
export const BATCH = `temp.${SEEN}`

const NAMES = ['moved', 'deleted', 'had', 'added'].map((name) => `${SEEN}_${name}`)
const LATER = `${SEEN}_later`

/** The triggers only record what happened: how often one fires does not depend on the size of the table. */
function guardsOf({ table, column, source, key }: Keyed): string {
  const [on, name] = [`ON main.${quoteIdentifier(table)}`, quoteIdentifier(column)]
  const [moved, deleted, had, added] = NAMES
  // An assignment to the rowid may use any of four names.
  return `CREATE TEMP TABLE ${SEEN} (what, key);
CREATE TEMP TRIGGER ${moved} AFTER UPDATE OF ${name}, rowid, oid, _rowid_ ${on} WHEN old.${name} IS NOT new.${name} BEGIN INSERT INTO ${SEEN} VALUES ('moved', old.${name}); END;
CREATE TEMP TRIGGER ${deleted} BEFORE DELETE ${on} WHEN old.${name} > (SELECT key FROM ${SEEN} WHERE what = 'end') AND EXISTS (SELECT 1 FROM ${source} WHERE ${key} = old.${name}) BEGIN INSERT INTO ${SEEN} VALUES ('deleted', old.${name}); END;
CREATE TEMP TRIGGER ${had} BEFORE INSERT ${on} BEGIN INSERT INTO ${SEEN} SELECT 'had', t.${name} FROM main.${quoteIdentifier(table)} AS t WHERE t.${name} = new.${name}; END;
CREATE TEMP TRIGGER ${added} AFTER INSERT ${on} BEGIN INSERT INTO ${SEEN} VALUES ('added', new.${name}); END`
}

/**
 * Before a later row is changed for the first time, records whether it belongs to the query; its state in between does not
 * matter.
 */
function laterOf({ table, column, source, key }: Keyed): string {
  const own = `old.${quoteIdentifier(column)}`
  const fits = `EXISTS (SELECT 1 FROM ${source} WHERE ${key} = ${own})`
  const noted = "what IN ('taken', 'joined')"
  // The conflict policy of a statement also applies to what its triggers write, so nothing here may depend on one.
  const isNew = `NOT EXISTS (SELECT 1 FROM ${SEEN} WHERE ${noted} AND key = ${own})`
  return `; CREATE INDEX temp.${SEEN}_once ON ${SEEN} (key) WHERE ${noted};
CREATE TEMP TRIGGER ${LATER} BEFORE UPDATE ON main.${quoteIdentifier(table)} WHEN ${own} > (SELECT key FROM ${SEEN} WHERE what = 'end') AND ${isNew} BEGIN INSERT INTO ${SEEN} VALUES (CASE WHEN ${fits} THEN 'taken' ELSE 'joined' END, ${own}); END`
}

const droppedOf = (names: readonly string[]): string =>
  `${names.map((name) => `DROP TRIGGER temp.${name};`).join(' ')} DROP TABLE temp.${SEEN}`

/** Dropping or renaming a table drops its triggers or moves them along. */
const guardsLeft = (names: readonly string[]): string =>
  `SELECT count(*) AS n FROM temp.sqlite_master WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE AND name IN (${names.map((name) => `'${name}'`).join(', ')})`

/** Replacing a row by one with the same key neither deletes nor adds a row. */
const findingsOf = ({ table, column, source, key }: Keyed): string =>
  `SELECT what, substr(quote(g.key), 1, 80) AS shown FROM temp.${SEEN} AS g WHERE what = 'moved'
OR (what = 'deleted' AND NOT EXISTS (SELECT 1 FROM main.${quoteIdentifier(table)} AS t WHERE t.${quoteIdentifier(column)} = g.key))
OR (what IN ('taken', 'joined') AND (what = 'taken') IS NOT EXISTS (SELECT 1 FROM ${source} WHERE ${key} = g.key))
OR (what = 'added' AND g.key NOT IN (SELECT key FROM temp.${SEEN} WHERE what = 'had') AND EXISTS (SELECT 1 FROM ${source} WHERE ${key} = g.key)) LIMIT 1`

/** Whether there are no triggers that would notice being fired recursively, or for replaced rows. */
function* hasNoTriggers<H>({ driver }: Environment<H>): Work<boolean> {
  const others = yield* settled(
    driver.query(
      "SELECT 1 FROM main.sqlite_master WHERE type = 'trigger' UNION ALL SELECT 1 FROM temp.sqlite_master WHERE type = 'trigger' UNION ALL SELECT 1 FROM unshadowed.pragma_database_list WHERE seq > 1",
    ),
  )
  return others.length === 0
}

/** Rows removed by REPLACE fire delete triggers only if recursive_triggers is on. */
function* withReplaced<H>(env: Environment<H>, work: Work<void>): Work<void> {
  const { driver } = env
  const [row = {}] = yield* settled(driver.query('PRAGMA recursive_triggers'))
  const set = (value: unknown) =>
    settled(driver.execute(`PRAGMA recursive_triggers = ${String(value)}`))
  yield* set(1)
  try {
    yield* work
  } finally {
    yield* unlessClosed(env, () => set(Object.values(row)[0]))
  }
}
