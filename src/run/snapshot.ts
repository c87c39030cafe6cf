// Brings a new database to the newest version in one transaction, from the schema the build recorded. If anything differs from
// the build, nothing is done and the steps run as usual.
import { settled, type Work } from '../database/outcome.js'
import { isLockstepError } from '../errors/lockstep-error.js'
import type { Snapshot, SnapshotContent } from '../model/snapshot.js'
import { timeOf } from './environment/clock.js'
import { checkAborted, type Environment } from './environment/environment.js'
import { commit, rollBack } from './ledger/lock.js'
import { mirror } from './ledger/mirror.js'
import { mirrorUserVersion } from './mirrors/mirror-user-version.js'
import { writeLog } from './ledger/write-ledger.js'
import { advance, enter, type Run } from './run-state.js'
import { keepRow } from './run-step.js'

/**
 * The snapshot of a history, for the option `snapshot`. It is used to bring an empty database to the newest version with the
 * registry it was made from, with no gates, no `env` and no mirrors but `mirrorUserVersion`, on the SQLite version that made it
 * or a newer one.
 */
export const snapshotOf =
  (content: SnapshotContent): Snapshot =>
  (run: never) =>
    beginWith(run as Run<unknown>, content)

function* beginWith<H>(run: Run<H>, content: SnapshotContent): Work<boolean> {
  const { env, tasks } = run
  if (!isMeant(run, content)) return false
  checkAborted(env, tasks[0]?.version)
  const start = yield* timeOf(env)
  yield* enter(run)
  try {
    // Another run may have been here while this one waited for the lock.
    const isMade =
      isMeant(run, content) && (yield* isNew(env, content)) && (yield* make(env, content))
    if (!isMade) {
      yield* rollBack(env)
      run.seen = undefined
      return false
    }
    yield* record(run, content)
    const durationMs = Math.max(0, (yield* timeOf(env)) - start)
    for (const task of run.tasks) advance(run, task, { ...task.event, durationMs: 0 })
    env.emit({ type: 'snapshot', version: content.version, durationMs })
    return true
  } catch (error) {
    yield* rollBack(env)
    throw error
  }
}

/** Whether the run goes all the way from an empty database to what the snapshot holds. */
const isMeant = <H>({ env, tasks, blank, done }: Run<H>, content: SnapshotContent): boolean =>
  blank &&
  done.length === 0 &&
  tasks.length === content.version &&
  tasks.at(-1)?.entry.lineage === content.lineage &&
  !env.options.gates?.length &&
  (env.options.mirrors ?? []).every((one) => one === mirrorUserVersion) &&
  env.options.env === undefined

/** Whether there is nothing but the newly created ledger, and SQLite is at least as new as in the build. */
function* isNew<H>({ driver, table }: Environment<H>, { sqlite }: SnapshotContent): Work<boolean> {
  const [found] = yield* settled(
    driver.query(
      "SELECT count(*) AS n, sqlite_version() AS sqlite, 'a' LIKE 'A' AS alike FROM main.sqlite_master WHERE tbl_name <> ?",
      [table],
    ),
  )
  if (found?.['n'] !== 0 || found['alike'] !== 1 || !isAsNew(String(found['sqlite']), sqlite))
    return false
  for (const [pragma, wanted] of NEW) {
    const [row = {}] = yield* settled(driver.query(`PRAGMA main.${pragma}`))
    if (Object.values(row)[0] !== wanted) return false
  }
  return true
}

const NEW = [
  ['user_version', 0],
  ['application_id', 0],
  ['encoding', 'UTF-8'],
] as const

function isAsNew(version: string, least: string): boolean {
  const [is, wanted] = [version, least].map((text) => text.split('.').map(Number))
  const at = wanted!.findIndex((part, index) => part !== is![index])
  return at < 0 || (is![at] ?? 0) > wanted![at]!
}

/** Returns whether the schema matches the recorded one, text for text; if a statement fails here, the steps will report it. */
function* make<H>({ driver, table }: Environment<H>, content: SnapshotContent): Work<boolean> {
  const { tables, rows, others, implied, userVersion, applicationId } = content
  try {
    for (const sql of [...tables, ...rows, ...others]) yield* settled(driver.execute(sql))
    yield* settled(driver.execute(`PRAGMA main.user_version = ${userVersion}`))
    yield* settled(driver.execute(`PRAGMA main.application_id = ${applicationId}`))
  } catch (error) {
    if (isLockstepError(error)) throw error
    return false
  }
  const found = yield* settled(
    driver.query(
      'SELECT sql FROM main.sqlite_master WHERE sql IS NOT NULL AND tbl_name <> ? ORDER BY sql COLLATE BINARY',
      [table],
    ),
  )
  const wanted = [...tables, ...others, ...implied]
  const texts = new Set(wanted)
  return found.length === wanted.length && found.every(({ sql }) => texts.has(String(sql)))
}

/** Each version gets its row, without a duration; the log says where the rows come from. */
function* record<H>(run: Run<H>, { version }: SnapshotContent): Work<void> {
  const { env, tasks } = run
  for (const { entry } of tasks) yield* keepRow(env, entry, null)
  const last = tasks.at(-1)!
  yield* writeLog(env, 'load', last.entry, 'from the snapshot, with all versions before it')
  yield* mirror(env, version)
  yield* commit(env, last)
}
