// Verifies a database: the ledger against the registry, the schema against the expected one, the file itself. Reads only.
import { settled, type Work } from '../database/outcome.js'
import {
  foreignKeyOrphans,
  foreignKeyUncheckable,
  integrityBroken,
  schemaBroken,
  schemaDiffers,
} from '../errors/schema.js'
import type { LedgerState } from '../model/ledger.js'
import type { Registry } from '../model/registry.js'
import type { Problem, Status } from '../model/report.js'
import type { SchemaDifference, Verification } from '../model/verification.js'
import { describeStatus } from '../plan/describe-status.js'
import { diffSchemas } from '../schema/diff-schema.js'
import { findBroken, type BrokenObjects } from '../schema/find-broken.js'
import { excludedTables, type Exclusions } from '../schema/not-ours.js'
import { readSchema } from '../schema/read-schema.js'
import { renderDifferences } from '../schema/render-differences.js'
import { diffDigests, historyUpTo, type History } from '../schema/schema-digest.js'
import type { Schema } from '../schema/schema.js'
import type { Environment } from './environment.js'
import { reasonOf } from './faults.js'
import { countViolations } from './foreign-keys.js'
import { rollBack } from './lock.js'
import { readLedger } from './read-ledger.js'

/** What to verify against, and how thoroughly. */
export interface VerifyOptions {
  /**
   * Tells the schema that a version leads to, as `manager.schema()` answers it on an empty database that was migrated to
   * this version. Without it, or where it answers undefined, the digests of the registry are compared, which tell only
   * which objects differ.
   */
  readonly expected?: (version: number) => Schema | undefined
  /** `full` (default) also looks at every index and constraint; `quick` is faster on large files. */
  readonly integrity?: 'full' | 'quick'
}

/** What options leave out of the schema: the ledger, and ignored tables. */
export const exclusionsOf = <H>({ table, options }: Environment<H>): Exclusions => ({
  ledger: table,
  ignoreTables: options.ignoreTables ?? [],
})

/** Verifies a database in any state; throws only when it cannot be read. */
export function* verifyWork<H>(
  env: Environment<H>,
  { expected, integrity = 'full' }: VerifyOptions,
): Work<Verification> {
  const { state, schema, broken } = yield* atOneMoment(env, takeLook(env))
  const status = describeStatus(env.registry, state, env.table)
  const comparison = compareSchema(env.registry, status, schema, expected)
  const problems = [
    ...status.problems,
    ...differenceProblems(status.version, comparison),
    ...brokenProblems(broken, comparison.owned),
    ...(yield* integrityProblems(env, integrity)),
    ...(yield* foreignKeyProblems(env)),
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
    foreign: comparison.owned
      ? [...schema.keys()].filter((key) => !comparison.owned?.has(key))
      : [],
  }
}

/** Reads in one transaction, so that a run at the same time cannot come between ledger and schema. */
function* atOneMoment<H, T>(env: Environment<H>, work: Work<T>): Work<T> {
  if (env.driver.inTransaction()) return yield* work
  yield* settled(env.driver.query('BEGIN'))
  try {
    return yield* work
  } finally {
    yield* rollBack(env)
  }
}

interface Look {
  readonly state: LedgerState
  readonly schema: Schema
  readonly broken: BrokenObjects
}

function* takeLook<H>(env: Environment<H>): Work<Look> {
  const state = yield* readLedger(env)
  const schema = yield* readSchema(env.driver, exclusionsOf(env))
  return { state, schema, broken: yield* findBroken(env.driver, schema) }
}

type Compared = Pick<Verification, 'differences' | 'comparedWith' | 'compared'> & {
  /** The objects that the history has ever made; undefined when nothing tells. */
  readonly owned: ReadonlySet<string> | undefined
}

const NOT_COMPARED: Compared = {
  differences: [],
  comparedWith: null,
  compared: 0,
  owned: undefined,
}

function compareSchema<H>(
  registry: Registry<H>,
  { state, version, latest }: Status,
  schema: Schema,
  expected: VerifyOptions['expected'],
): Compared {
  if (state === 'unmanaged' || version > latest) return NOT_COMPARED
  const history = historyUpTo(registry, version)
  const wanted = expected?.(version)
  if (wanted) return compareWhole(wanted, history, schema)
  if (!history) return NOT_COMPARED
  return {
    differences: diffDigests(history, schema),
    comparedWith: 'digests',
    compared: history.objects.size,
    owned: history.known,
  }
}

function compareWhole(wanted: Schema, history: History | undefined, schema: Schema): Compared {
  const owned = new Set([...wanted.keys(), ...(history?.known ?? [])])
  return {
    differences: diffSchemas(wanted, schema).filter(({ object }) => owned.has(object)),
    comparedWith: 'schema',
    compared: wanted.size,
    owned,
  }
}

const asError = (problem: Omit<Problem, 'severity'>): Problem => ({ ...problem, severity: 'error' })

function differenceProblems(version: number, { differences }: Compared): Problem[] {
  const serious = differences.filter(({ grade }) => grade === 'differs')
  if (serious.length === 0) return []
  return [
    asError(
      schemaDiffers(version, serious.flatMap(headlineOf), {
        objects: serious.map(({ object }) => object),
      }),
    ),
  ]
}

const headlineOf = (difference: SchemaDifference): string[] =>
  renderDifferences([difference]).slice(0, 1)

const brokenProblems = (broken: BrokenObjects, owned: Compared['owned']): Problem[] =>
  [...broken]
    .filter(([object]) => !owned || owned.has(object))
    .map(([object, reason]) => asError(schemaBroken(object, reason)))

function* integrityProblems<H>(env: Environment<H>, depth: 'full' | 'quick'): Work<Problem[]> {
  const pragma = depth === 'full' ? 'integrity_check' : 'quick_check'
  const findings: string[] = []
  try {
    const rows = yield* settled(env.driver.query(`PRAGMA ${pragma}`))
    findings.push(...rows.map((row) => String(row[pragma])))
  } catch (error) {
    if (env.driver.faultOf(error) !== 'corrupt') throw error
    findings.push(reasonOf(error))
  }
  const damage = findings.filter((finding) => finding !== 'ok')
  return damage.length > 0 ? [asError(integrityBroken(damage))] : []
}

function* foreignKeyProblems<H>(env: Environment<H>): Work<Problem[]> {
  const { violations, unchecked } = yield* countViolations(env)
  const ignored = excludedTables(exclusionsOf(env))
  return [
    ...[...violations.values()]
      .filter(({ table }) => !ignored(table))
      .map(({ table, columns, parent, rows }) => foreignKeyOrphans(table, columns, parent, rows)),
    ...[...unchecked]
      .filter(([table]) => !ignored(table))
      .map(([table, reason]) => foreignKeyUncheckable(table, reason)),
  ].map(asError)
}
