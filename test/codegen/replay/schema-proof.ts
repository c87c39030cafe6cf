// Proves the schema of small histories in tests.
import Database from 'better-sqlite3'
import { proveSchema } from '../../../codegen/replay/schema/prove-schema.js'
import type { HistoryRun } from '../../../codegen/replay/sides/history-run.js'
import type { SchemaProof } from '../../../codegen/replay/sides/results.js'
import type { Fact } from '../../../codegen/model/evidence.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../../src/model/registry.js'
import { registryOf, type Draft } from '../../support/registry.js'

/** A run over a registry, with what a test wants to be otherwise. */
export const runOf = (registry: Registry<Handle>, more: Partial<HistoryRun> = {}): HistoryRun => ({
  registry,
  open: async () => new Database(':memory:'),
  table: '_migrations',
  ignoreTables: [],
  seeds: {},
  provenTo: 0,
  report: () => {},
  ...more,
})

/** The proof of a history that consists of these migrations. */
export const proofOf = (...drafts: readonly Draft<Handle>[]): Promise<SchemaProof> =>
  proveSchema(runOf(registryOf(...drafts)))

/** All facts of a history, in order. */
export const factsOf = async (...drafts: readonly Draft<Handle>[]): Promise<Fact[]> =>
  (await proofOf(...drafts)).versions.flatMap(({ facts }) => facts)

/** A step that is SQL both ways. */
export const step = (
  up: Draft<Handle>['up'],
  down?: Draft<Handle>['down'],
  more: Partial<Draft<Handle>> = {},
): Draft<Handle> => ({ up, down, ...more })
