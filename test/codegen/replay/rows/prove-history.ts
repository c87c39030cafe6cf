// Proves small histories, given as their steps, and shows what was found.
import Database from 'better-sqlite3'
import type { Database as Handle } from '../../../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../../../src/model/registry.js'
import type { Fact } from '../../../../codegen/model/evidence.js'
import type { HistoryRun } from '../../../../codegen/replay/sides/history-run.js'
import type { RowFacts } from '../../../../codegen/replay/sides/results.js'
import { proveRows } from '../../../../codegen/replay/rows/prove-rows.js'

/** One version: `up` as SQL or code, and what else it has. */
export type Step = Partial<
  Pick<RegistryEntry<Handle>, 'transaction' | 'foreignKeys' | 'effects' | 'file'>
> & {
  readonly up: RegistryEntry<Handle>['source'] extends infer S
    ? Extract<S, { up: unknown }>['up']
    : never
  readonly down?: Step['up']
}

/** A history made of steps, to be proven from the beginning unless `options` say otherwise. */
export function historyOf(
  steps: readonly (Step | string)[],
  options: Partial<HistoryRun> = {},
): HistoryRun {
  return {
    registry: steps.map((step, index) =>
      entryOf(typeof step === 'string' ? { up: step } : step, index + 1),
    ),
    open: async () => new Database(':memory:') as unknown as Handle,
    reopen: async (content) => new Database(Buffer.from(content)) as unknown as Handle,
    table: '_migrations',
    ignoreTables: [],
    seeds: {},
    provenTo: 0,
    report() {},
    ...options,
  }
}

function entryOf({ up, down, file, ...options }: Step, version: number): RegistryEntry<Handle> {
  return {
    version,
    name: `step_${version}`,
    file: file ?? `migrations/${version}_step.ts`,
    checksum: `1:${version}`,
    lineage: `1:${version}`,
    reversible: down !== undefined,
    source: { up, ...(down !== undefined && { down }) },
    ...options,
  }
}

/** Everything that rows bring to light in a history. */
export const rowFacts = (
  steps: readonly (Step | string)[],
  options: Partial<HistoryRun> = {},
): Promise<RowFacts> => proveRows(historyOf(steps, options))

/** All that is wrong with a history, without the versions that it stands in, and without what would be wrong with integers beyond 2^53. */
export const factsOf = async (
  steps: readonly (Step | string)[],
  options: Partial<HistoryRun> = {},
): Promise<Fact[]> =>
  (await allFactsOf(steps, options)).filter(
    (fact) => !(fact.kind === 'values-changed' && fact.supposed),
  )

/** The same with all that is told. */
export const allFactsOf = async (
  steps: readonly (Step | string)[],
  options: Partial<HistoryRun> = {},
): Promise<Fact[]> =>
  (await rowFacts(steps, options))
    .flatMap(({ facts }) => facts)
    .filter(({ kind }) => !BESIDES.has(kind))

/** What says nothing is wrong, or what other rules tell. */
const BESIDES: ReadonlySet<Fact['kind']> = new Set([
  'values-kept',
  'values-gone',
  'rows-tried',
  'key-taken',
  'index-mended',
])
