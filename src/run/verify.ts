// Verifies a database: the ledger against the registry, the schema against the expected one, and the file itself. Reads only.
import { settled, type Work } from '../database/outcome.js'
import {
  foreignKeyOrphans,
  foreignKeyUncheckable,
  integrityBroken,
  schemaBroken,
  schemaDiffers,
  schemaDigestsMissing,
} from '../errors/schema.js'
import { ledgerBehind } from '../errors/ledger.js'
import { problemOf, type Cause } from '../errors/lockstep-error.js'
import type { LedgerState } from '../model/ledger.js'
import type { Registry } from '../model/registry.js'
import type { Problem, Status } from '../model/report.js'
import { versionId } from '../model/version.js'
import type { SchemaDifference, Verification } from '../model/verification.js'
import { describeStatus } from '../plan/describe-status.js'
import type { BrokenObjects } from '../schema/find-broken.js'
import { writesOf } from '../schema/stopped-writes.js'
import { externalContent } from '../schema/external-content.js'
import { excludedTables, type Exclusions } from '../schema/not-ours.js'
import { renderDifferences } from '../schema/render-differences.js'
import { lookAtSchema, type SchemaLook } from '../schema/schema-view.js'
import type { Schema } from '../schema/schema.js'
import { compareSchema, type Compared } from './compare-schema.js'
import type { Environment } from './environment/environment.js'
import { countViolations } from './keys/key-count.js'
import { findDamage, type Depth } from './integrity.js'
import { lostProblems } from './histories/dependencies.js'
import { withKeptDowns } from './ledger/kept-downs.js'
import { rollBack } from './ledger/lock.js'
import { readForgotten } from './ledger/read-history.js'
import { readLedger } from './ledger/read-ledger.js'

/** What to verify against, and how thoroughly. */
export interface VerifyOptions {
  /**
   * Returns the schema that a version leads to, as `manager.schema()` returns it on an empty database migrated to that version.
   * Without it, or if it returns undefined, the digests of the registry are compared, which only tell which objects differ.
   */
  readonly expected?: (version: number) => Schema | undefined
  /**
   * `full` (default) also checks every index and constraint; `quick` is faster on large files; `none` skips the file and its
   * foreign keys, for when they have just been checked.
   */
  readonly integrity?: Depth | 'none'
}

/** What the options exclude from the schema: the ledger, and ignored tables. */
export const exclusionsOf = <H>({ table, options }: Environment<H>): Exclusions => ({
  ledger: table,
  ignoreTables: options.ignoreTables ?? [],
})

/** Verifies a database in any state; throws only if it cannot be read. */
export function* verifyWork<H>(
  env: Environment<H>,
  { expected, integrity = 'full' }: VerifyOptions,
): Work<Verification> {
  const { onUnmanaged = 'refuse', keepDowns = false } = env.options
  const look = yield* atOneMoment(env, takeLook(env))
  const status = describeStatus(env.registry, look.state, env.table, { onUnmanaged, keepDowns })
  const rows = keepDowns && look.state.kind === 'ours' ? look.state.rows : []
  const ahead = rows.filter(({ version }) => version > env.registry.length)
  const { registry } = yield* withKeptDowns(env, env.registry, ahead)
  const known = { ...status, latest: registry.length }
  const comparison = compareSchema(registry, known, look, expected)
  const problems = [
    ...status.problems,
    ...(yield* lostProblems(env, 'error')),
    ...(comparison.isUnknown && !expected && !env.options.digests
      ? [asError(schemaDigestsMissing())]
      : []),
    ...differenceProblems(status, comparison),
    ...(yield* behindProblems(env, status, comparison)),
    ...brokenProblems(look.broken, comparison),
    ...(yield* fileProblems(env, integrity, look.schema)),
  ]
  return {
    ok: !problems.some(({ severity }) => severity === 'error'),
    state: status.state,
    version: status.version,
    latest: status.latest,
    problems,
    differences: comparison.differences,
    comparedWith: comparison.comparedWith,
    compared: comparison.compared,
    foreign: foreignObjects(look.schema, comparison.owned, env.registry),
    unchecked: indexesIn(look.schema, comparison.owned),
  }
}

function* fileProblems<H>(
  env: Environment<H>,
  depth: Depth | 'none',
  schema: Schema,
): Work<Problem[]> {
  if (depth === 'none') return []
  const damage = yield* integrityProblems(env, depth, schema)
  return [...damage, ...(yield* foreignKeyProblems(env))]
}

/** What pending versions create is theirs as well: one may have been interrupted, or be prepared for what exists. */
function foreignObjects<H>(
  schema: Schema,
  owned: Compared['owned'],
  registry: Registry<H>,
): string[] {
  const made = new Set(registry.flatMap(({ schemaChanges = {} }) => Object.keys(schemaChanges)))
  return owned ? [...schema.keys()].filter((key) => !owned.has(key) && !made.has(key)) : []
}

/** For FTS4, the integrity check of the file covers the index as well. */
const indexesIn = (schema: Schema, owned: Compared['owned']): string[] =>
  [...schema]
    .filter(
      ([key, { sql }]) => externalContent(sql)?.module === 'fts5' && (!owned || owned.has(key)),
    )
    .map(([key]) => key)

/** Reads in one transaction, so that a concurrent run cannot change anything between ledger and schema. */
function* atOneMoment<H, T>(env: Environment<H>, work: Work<T>): Work<T> {
  if (env.driver.inTransaction()) return yield* work
  yield* settled(env.driver.query('BEGIN'))
  try {
    return yield* work
  } finally {
    yield* rollBack(env)
  }
}

function* takeLook<H>(env: Environment<H>): Work<SchemaLook & { readonly state: LedgerState }> {
  const state = yield* readLedger(env)
  return { state, ...(yield* lookAtSchema(env.driver, exclusionsOf(env))) }
}

const asError = (cause: Cause): Problem => problemOf(cause, 'error')

function differenceProblems(
  { version, problems }: Status,
  { differences, early }: Compared,
): Problem[] {
  const pending = new Set([...early.values()].flat())
  const serious = differences.filter(
    ({ grade, object }) => grade === 'differs' && !pending.has(object),
  )
  if (serious.length === 0) return []
  return [
    asError(
      schemaDiffers(version, serious.flatMap(headlineOf), {
        edited: problems.some(({ code }) => code === 'HISTORY_EDITED'),
        objects: serious.map(({ object }) => object),
      }),
    ),
  ]
}

/**
 * Objects of pending versions that already exist. Problems of the ledger come first: until they are solved nothing can be marked,
 * and they may be the reason why the objects exist.
 */
export function* behindProblems<H>(
  env: Environment<H>,
  { problems }: Status,
  { early, owned }: Pick<Compared, 'early' | 'owned'>,
): Work<Problem[]> {
  if (early.size === 0 || problems.some(({ severity }) => severity === 'error')) return []
  const forgotten = yield* readForgotten(env)
  return [...early].map(([version, objects]) =>
    asError(
      ledgerBehind(versionId(version), objects, {
        forgotten: forgotten.get(version),
        isChanged: (key) => owned?.has(key) ?? false,
      }),
    ),
  )
}

const headlineOf = (difference: SchemaDifference): string[] =>
  renderDifferences([difference]).slice(0, 1)

/**
 * A broken object that is not of the migrations is their concern only if it blocks writes to their tables. Then it is an error,
 * except for a missing function, which whoever made the object may define.
 */
const brokenProblems = (broken: BrokenObjects, { owned, early }: Compared): Problem[] => {
  const pending = new Set([...early.values()].flat())
  return [...broken].map(([object, { reason, stops }]) => {
    const foreign = owned !== undefined && !owned.has(object) && !pending.has(object)
    const writes = foreign ? writesOf(owned, stops) : []
    const stopsNothing = writes.length === 0 || /^no such function/i.test(reason)
    return problemOf(
      schemaBroken(object, reason, { foreign, writes }),
      foreign && stopsNothing ? 'warning' : 'error',
    )
  })
}

function* integrityProblems<H>(env: Environment<H>, depth: Depth, schema: Schema): Work<Problem[]> {
  const damage = yield* findDamage(env, depth, schema)
  return damage.length > 0 ? [asError(integrityBroken(damage))] : []
}

function* foreignKeyProblems<H>(env: Environment<H>): Work<Problem[]> {
  const ignored = excludedTables(exclusionsOf(env))
  const found = [...(yield* countViolations(env, ['main'])).values()].filter(
    ({ table }) => !ignored(table),
  )
  return [
    ...found
      .filter(({ rows }) => rows > 0)
      .map(({ table, columns, parent, rows }) => foreignKeyOrphans(table, columns, parent, rows)),
    ...found.flatMap(({ table, unchecked }) =>
      unchecked === null ? [] : [foreignKeyUncheckable(table, unchecked)],
    ),
  ].map(asError)
}
