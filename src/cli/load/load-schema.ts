// Loads schema.sql into an empty database, with a row in the ledger for every migration: all in one transaction, or nothing.
import { settled, type Work } from '../../database/outcome.js'
import { loadNotEmpty, loadSchemaDiffers } from '../../errors/load.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { LedgerEdit } from '../../plan/ledger-edit.js'
import type { Environment } from '../../run/environment/environment.js'
import { reasonOf, unlessFault } from '../../run/environment/faults.js'
import { findHidden } from '../../run/environment/inspect.js'
import { exclusionsOf } from '../../run/verify.js'
import { renderDifferences } from '../../schema/render-differences.js'
import {
  diffDigests,
  digestObjects,
  historyUpTo,
  schemaDigest,
} from '../../schema/schema-digest.js'
import { readSchema } from '../../schema/read-schema.js'
import type { SchemaSource } from '../../schema/schema.js'
import { isSameName } from '../../sql/names.js'
import { splitStatements } from '../../sql/split-statements.js'
import { besideSchema } from './beside-schema.js'
import { planLoad, type Loading } from './plan-load.js'
import type { SchemaText } from './schema-text.js'

/** Runs the text inside the caller's transaction. Throws `LOAD_NOT_EMPTY`, `LOAD_UNPROVEN` and `LOAD_SCHEMA_DIFFERS`. */
export function* loadWork<H>(
  env: Environment<H>,
  { file, text }: SchemaText,
): Work<LedgerEdit<H, Loading>> {
  const { driver, registry, table } = env
  const answer = planLoad(registry)
  yield* refuseFilled(driver, table)
  refuseOthers(file, text)
  const hidden = (yield* findHidden(env))(text)
  if (hidden) throw new LockstepError(loadNotEmpty([`the TEMP ${hidden}, ${BY_TEMP}`]))
  const opened = yield* besideSchema(driver, exclusionsOf(env))
  const failed = yield* unlessFault(env, running(driver, text), reasonOf)
  if (failed !== null) throw new LockstepError(loadSchemaDiffers(file, [failed]))
  const beside = (yield* besideSchema(driver, exclusionsOf(env))).filter(
    (one) => !opened.includes(one),
  )
  const reasons = [
    ...(yield* differences(env, answer)),
    ...beside.map((what) => `it makes ${what}`),
  ]
  if (reasons.length > 0) throw new LockstepError(loadSchemaDiffers(file, reasons))
  return {
    action: 'load',
    answer,
    renames: null,
    createsLedger: true,
    written: registry.map((entry) => ({ entry, appliedAt: null })),
    removed: [],
    log: [
      { migration: registry.at(-1) ?? null, detail: `from ${file}, with all versions before it` },
    ],
    version: answer.version,
  }
}

const BY_TEMP = 'which would hide what is loaded and has to be dropped or renamed first'

function* running<H>(driver: Environment<H>['driver'], text: string): Work<null> {
  yield* settled(driver.execute(text))
  return null
}

/** Throws `LOAD_NOT_EMPTY` for a database that has objects, including those of others, or a version of its own. */
export function* refuseFilled(source: SchemaSource, ledger: string): Work<void> {
  const objects = yield* settled(
    source.query("SELECT type, name FROM main.sqlite_master WHERE name NOT GLOB 'sqlite_*'"),
  )
  const [row] = yield* settled(source.query('PRAGMA main.user_version'))
  const version = row?.['user_version']
  const found = objects.map(({ type, name }) =>
    isSameName(String(name), ledger) ? `the ledger ${name}` : `the ${type} ${name}`,
  )
  if (version) found.push(`user_version ${version}`)
  if (found.length > 0) throw new LockstepError(loadNotEmpty(found))
}

const CREATE = /^CREATE\s+(?:UNIQUE\s+)?(?:TABLE|VIRTUAL\s+TABLE|INDEX|VIEW|TRIGGER)\b/i

/** The generated file only creates objects: anything else could end the transaction, or reach another database. */
function refuseOthers(file: string, text: string): void {
  const other = splitStatements(text).find((statement) => !CREATE.test(statement.text))
  if (other) throw new LockstepError(loadSchemaDiffers(file, [`it has ${other.text.slice(0, 60)}`]))
}

/** If the digests differ, each object that differs. */
function* differences<H>(
  env: Environment<H>,
  { version, ...wanted }: Loading,
): Work<readonly string[]> {
  const schema = yield* readSchema(env.driver, exclusionsOf(env))
  const objects = digestObjects(schema)
  const found = schemaDigest(objects)
  if (found === wanted.schemaDigest) return []
  const history = historyUpTo(env.registry, version)
  const added = [...objects.keys()].filter((key) => !history?.known.has(key))
  return [
    ...renderDifferences(history ? diffDigests(history, schema) : []),
    ...added.map((key) => `${key} is unexpected`),
  ]
}
