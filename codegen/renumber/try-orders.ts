// Replays the migrations of two branches in both orders, and says whether that makes a difference. Only in memory.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { SchemaDifference } from '../../src/model/verification.js'
import { canonical } from '../../src/schema/canonical.js'
import { diffSchemas } from '../../src/schema/diff-schema.js'
import type { Schema } from '../../src/schema/schema.js'
import { writeTree } from '../base/discover-at.js'
import type { TreeFile } from '../base/read-tree.js'
import { finalCatalog } from '../check/catalog-history.js'
import { discover } from '../discover/discover.js'
import { parseFileName } from '../discover/file-name.js'
import type { Proof } from '../evidence.js'
import { readMigrations } from '../parse/read-migrations.js'
import { registryItems } from '../render/registry-item.js'
import { bundleRegistry } from '../replay/bundle-registry.js'
import { runLine } from '../replay/run-line.js'
import type { GenerateSettings } from '../settings.js'
import { PROBE_KEY, rowDigestsIn, rowsProbe } from './rows-probe.js'

/** The migrations of both branches, in the two orders in which they can meet a database. */
export interface Orders {
  /** As they are numbered now: those of the base branch, then this branch's own. */
  readonly baseFirst: readonly TreeFile[]
  readonly ownFirst: readonly TreeFile[]
}

/** What replaying both orders came to. */
export type Commuting =
  /** Nothing came in between, so there is only one order. */
  | { readonly kind: 'one-order' }
  /** Both orders lead to one schema, and to the same rows where these can be compared: not where they are never the same. */
  | { readonly kind: 'same'; readonly rows: 'same' | 'unknown' }
  /** They lead to one schema, but the migrations leave other rows of their own in these tables. */
  | { readonly kind: 'rows-differ'; readonly tables: readonly string[] }
  /** They lead to different schemas; `found` is what the base branch's own order does not lead to. */
  | { readonly kind: 'differ'; readonly differences: readonly SchemaDifference[] }
  /** One of the orders cannot be applied. */
  | { readonly kind: 'fails'; readonly order: keyof Orders; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }

/**
 * Replays both in processes of their own, with the rows that the migrations write themselves and no others. Never throws for
 * what migrations do.
 */
export async function tryOrders(orders: Orders, settings: GenerateSettings): Promise<Commuting> {
  const proofs: Proof[] = []
  for (const order of ['baseFirst', 'ownFirst'] as const) {
    const replayed = await replay(orders[order], settings)
    if ('unknown' in replayed) return { kind: 'unknown', reason: replayed.unknown }
    const failure = failureIn(replayed.proof, lastOf(orders[order]))
    if (failure !== null) return { kind: 'fails', order, reason: failure }
    proofs.push(replayed.proof)
  }
  const [baseFirst, ownFirst] = proofs as [Proof, Proof]
  const differences = diffSchemas(schemaOf(baseFirst), schemaOf(ownFirst))
  if (differences.some(({ grade }) => grade === 'differs')) return { kind: 'differ', differences }
  const tables = otherRows(baseFirst, ownFirst)
  if (tables === null) return { kind: 'same', rows: 'unknown' }
  if (tables.length === 0) return { kind: 'same', rows: 'same' }
  // What differs from one replay to the next, as the time of day does, tells nothing about the order.
  const again = await replay(orders.baseFirst, settings)
  const unsteady = new Set('proof' in again ? otherRows(baseFirst, again.proof) : tables)
  const steady = tables.filter((name) => !unsteady.has(name))
  if (steady.length > 0) return { kind: 'rows-differ', tables: steady }
  return { kind: 'same', rows: 'unknown' }
}

/** The tables that have other rows; null where rows could not be looked at. */
function otherRows(one: Proof, other: Proof): string[] | null {
  const [before, after] = [rowDigestsIn(one), rowDigestsIn(other)]
  if (!before || !after) return null
  return [...before.keys()].filter((name) => before.get(name) !== after.get(name)).sort()
}

type Replayed = { readonly proof: Proof } | { readonly unknown: string }

/** The folder stands inside the project, so that packages that migrations import are found. */
async function replay(files: readonly TreeFile[], settings: GenerateSettings): Promise<Replayed> {
  const root = await mkdtemp(join(await placeFor(settings.root), 'renumber-'))
  try {
    const migrations = join(root, 'migrations')
    await writeTree(migrations, [...files, rowsProbe(lastOf(files) + 1)])
    return await prove({ ...settings, migrations, out: join(root, 'generated') }, settings)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

const lastOf = (files: readonly TreeFile[]): number =>
  files.reduce((last, { path }) => {
    const name = parseFileName(basename(path))
    return name.is === 'migration' ? Math.max(last, name.to) : last
  }, 0)

async function placeFor(root: string): Promise<string> {
  if (!existsSync(join(root, 'node_modules'))) return tmpdir()
  const cache = join(root, 'node_modules', '.cache', 'lockstep')
  await mkdir(cache, { recursive: true })
  return cache
}

async function prove(settings: GenerateSettings, project: GenerateSettings): Promise<Replayed> {
  const reading = readMigrations(await discover(settings.root, settings.migrations))
  const error = reading.diagnostics.find(({ severity }) => severity === 'error')
  if (error) return { unknown: `not everything can be read (${error.code})` }
  if (!isWhole(reading.migrations)) return { unknown: 'the versions of the base branch have a gap' }
  const outside = reading.migrations.find(({ effects }) => effects)
  if (outside) return { unknown: `${outside.name} declares effects on the world outside` }
  const { bundle, diagnostics } = await bundleRegistry(registryItems(reading), settings)
  if (!bundle) return { unknown: `they cannot be bundled: ${diagnostics[0]?.message ?? ''}` }
  const { root, config, table, ignoreTables } = project
  const path = join(settings.out, 'registry.ts')
  const job = { line: 'schema', code: bundle.code, path, provenTo: 0 } as const
  const end = await runLine(
    { ...job, root, config, table, ignoreTables },
    { timeoutMs: project.replayTimeoutMs, signal: new AbortController().signal },
  )
  if (end.kind === 'done') return { proof: end.result }
  if (end.kind === 'timed-out') return { unknown: 'replaying them took too long' }
  if (end.kind === 'died') return { unknown: `the process that replayed them ${end.reason}` }
  return { unknown: 'message' in end ? end.message : 'replaying them was broken off' }
}

const isWhole = (migrations: readonly { readonly version: number; readonly up: unknown }[]) =>
  migrations.every(({ version, up }, index) => version === index + 1 && up !== null)

/** What became of the probe behind the last version is no failure. */
function failureIn({ complete, versions }: Proof, last: number): string | null {
  if (complete || versions.length > last) return null
  const failed = versions
    .flatMap(({ facts }) => facts)
    .find((fact) => fact.kind === 'step-failed' && fact.at.direction === 'up')
  return failed?.kind === 'step-failed' ? failed.message : 'it could not be applied'
}

const schemaOf = (proof: Proof): Schema =>
  new Map(
    [...finalCatalog(proof)].flatMap(([key, object]) => {
      const { type, name, sql } = object
      const table = 'table' in object ? object.table : name
      return key === PROBE_KEY ? [] : [[key, { type, name, table, sql, ...canonical(type, sql) }]]
    }),
  )
