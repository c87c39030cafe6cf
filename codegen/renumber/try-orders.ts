// Replays the migrations of two branches in both orders, and compares the results. Only in memory.
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SchemaDifference } from '../../src/model/verification.js'
import { canonical } from '../../src/schema/canonical.js'
import { diffSchemas } from '../../src/schema/diff-schema.js'
import type { Schema } from '../../src/schema/schema.js'
import { isUnexpanded } from '../alter/expanded.js'
import { writeTree } from '../base-branch/discover-at.js'
import type { TreeFile } from '../base-branch/read-tree.js'
import { memoryFolder } from '../project/memory-file.js'
import { finalCatalog } from '../check/subject/catalog-history.js'
import { givenFiles } from '../bundle/given-files.js'
import { withAliases } from '../bundle/resolve-aliases.js'
import { discover } from '../discover/discover.js'
import type { Fact, Proof } from '../model/evidence.js'
import { temporaryFolder } from '../project/owned-names.js'
import { readMigrations } from '../parse/read-migrations.js'
import { registryItems } from '../render/registry/registry-items.js'
import { bundleOthers, needsOf, type OtherHistory } from '../replay/bundle-others.js'
import { bundleRegistry, registryPath } from '../replay/bundle-registry.js'
import { runPass, type PassFailure } from '../replay/process/run-pass.js'
import type { Reading } from '../model/migration.js'
import type { GenerateSettings } from '../model/settings.js'
import { compareRows, type CarryOrder, type RowsCompared } from './compare-rows.js'

/** The migrations of both branches, in the two orders in which they can meet a database. */
export interface Orders {
  /** As they are numbered now: those of the base branch, then this branch's own. */
  readonly baseFirst: readonly TreeFile[]
  readonly ownFirst: readonly TreeFile[]
  /** The last version before the two branches diverged. */
  readonly common: number
}

/** Whose migrations run first. */
type Order = 'baseFirst' | 'ownFirst'

/** The result of replaying both orders. */
export type Commuting =
  /** Nothing came in between, so there is only one order. */
  | { readonly kind: 'one-order' }
  /** Both orders lead to the same schema; with the result for the rows. */
  | RowsCompared
  /** They lead to different schemas; `found` is what differs from the base branch's own order. */
  | { readonly kind: 'differ'; readonly differences: readonly SchemaDifference[] }
  /** One of the orders cannot be applied. */
  | { readonly kind: 'fails'; readonly order: Order; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }

/**
 * Replays both orders in separate processes: on an empty database, and with rows in every table that existed when the branches
 * diverged. Never throws because of what migrations do.
 */
export async function tryOrders(
  orders: Orders,
  settings: GenerateSettings,
  beyond: BeyondReading = NOTHING,
): Promise<Commuting> {
  const { common } = orders
  const found: Replay[] = []
  for (const order of ['baseFirst', 'ownFirst'] as const) {
    const replayed = await replay(orders[order], { common, settings, beyond })
    if ('unknown' in replayed) return { kind: 'unknown', reason: replayed.unknown }
    const failure = failureIn(replayed.proof)
    if (failure !== null) return { kind: 'fails', order, reason: failure }
    if (!replayed.proof.complete) return { kind: 'unknown', reason: UNENDED }
    found.push(replayed)
  }
  const [baseFirst, ownFirst] = found as [Replay, Replay]
  const differences = diffSchemas(schemaOf(baseFirst.proof), schemaOf(ownFirst.proof))
  if (differences.some(({ grade }) => grade === 'differs')) return { kind: 'differ', differences }
  return compareRows(baseFirst.carry, ownFirst.carry)
}

/** What migrations need besides their text. */
export interface BeyondReading {
  /** The reading with the steps that declared changes are known to have. */
  withExpansions(reading: Reading, settings: GenerateSettings): Reading
  /** The histories that they need, in the order in which they can be built. */
  historiesNeeded(reading: Reading, settings: GenerateSettings): Promise<readonly OtherHistory[]>
}

const NOTHING: BeyondReading = {
  withExpansions: (reading) => reading,
  historiesNeeded: async () => [],
}

interface Ground {
  readonly common: number
  readonly settings: GenerateSettings
  readonly beyond: BeyondReading
}

/** The result of an order. */
interface Replay {
  readonly proof: Proof
  readonly carry: CarryOrder
}

type Replayed = Replay | { readonly unknown: string }

/**
 * Files that migrations read are found next to them; their imports are resolved as written, to files there and packages of the
 * project.
 */
async function replay(files: readonly TreeFile[], ground: Ground): Promise<Replayed> {
  const { settings } = ground
  const place = memoryFolder(settings.root) ?? tmpdir()
  await mkdir(place, { recursive: true })
  const root = temporaryFolder(place)
  try {
    const migrations = join(root, 'migrations')
    await writeTree(migrations, files)
    return await prove({ ...settings, migrations, out: join(root, 'generated') }, ground)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

async function prove(
  settings: GenerateSettings,
  { common, settings: project, beyond }: Ground,
): Promise<Replayed> {
  const discovery = await discover(settings.root, settings.migrations)
  // What both branches have is as the registry of this one has it.
  const reading = beyond.withExpansions(
    readMigrations(await withAliases(discovery, project.migrations)),
    project,
  )
  const unknown = keptFrom(reading)
  if (unknown !== null) return { unknown }
  const others = await bundleOthers(await beyond.historiesNeeded(reading, project))
  const items = registryItems(reading)
  const { bundle, diagnostics } = await bundleRegistry(
    items,
    settings,
    givenFiles(reading.discovery, settings.migrations),
  )
  const [problem] = [...others.diagnostics, ...diagnostics]
  if (!bundle || others.diagnostics.length > 0)
    return { unknown: `they cannot be bundled: ${problem?.message ?? ''}` }
  const { root, config, table, ignoreTables } = project
  const path = registryPath(project)
  const own = { root, config, table, ignoreTables, code: bundle.code, path, provenTo: 0 }
  const needed = others.needed.length > 0 && { needed: others.needed, needs: needsOf(items) }
  const job = { ...own, ...needed }
  const limits = { timeoutMs: project.replayTimeoutMs, signal: new AbortController().signal }
  const end = await runPass({ ...job, pass: 'schema' }, limits)
  if (end.kind !== 'done') return { unknown: reasonOf(end) }
  return {
    proof: end.result,
    async carry(spared) {
      const carriage = { from: common, spared }
      const carried = await runPass({ ...job, pass: 'carried', carriage }, limits)
      return carried.kind === 'done' ? carried.result : reasonOf(carried)
    },
  }
}

/** The reason why they cannot be replayed in another place; null if they can. */
function keptFrom({ migrations, diagnostics }: Reading): string | null {
  const error = diagnostics.find(({ severity }) => severity === 'error')
  if (error) return `not everything can be read (${error.code})`
  if (!isWhole(migrations)) return 'the versions of the base branch have a gap'
  const outside = migrations.find(({ effects }) => effects)
  if (outside) return `${outside.name} declares effects on the world outside`
  const declaring = migrations.find(isUnexpanded)
  return declaring ? `${declaring.name} declares changes with \`alter\`` : null
}

function reasonOf(end: PassFailure): string {
  if (end.kind === 'timed-out') return 'replaying them took too long'
  if (end.kind === 'died') return `the process that replayed them ${end.reason}`
  return 'message' in end ? end.message : 'replaying them was interrupted'
}

const isWhole = (migrations: readonly { readonly version: number; readonly up: unknown }[]) =>
  migrations.every(({ version, up }, index) => version === index + 1 && up !== null)

function failureIn({ complete, versions }: Proof): string | null {
  if (complete) return null
  const failed = versions
    .flatMap(({ facts }) => facts)
    .find((fact) => fact.kind === 'step-failed' && fact.at.direction === 'up')
  if (failed?.kind === 'step-failed') return failed.message
  return versions.some(({ facts }) => facts.some(isOfOthers)) ? null : 'it could not be applied'
}

const isOfOthers = (fact: Fact): boolean =>
  fact.kind === 'unproven' && fact.reason === 'other-database'

const UNENDED =
  'one of them works on another database, and with an empty one it cannot be run to the end'

const schemaOf = (proof: Proof): Schema =>
  new Map(
    [...finalCatalog(proof)].map(([key, object]) => {
      const { type, name, sql } = object
      const table = 'table' in object ? object.table : name
      return [key, { type, name, table, sql, ...canonical(type, sql) }]
    }),
  )
