// Proves the SQL migrations of a folder for real, in this process, and has the rules judge it.
import Database from 'better-sqlite3'
import type { Proof } from '../../../codegen/model/evidence.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import type { ParsedMigration, Side } from '../../../codegen/model/migration.js'
import type { HistoryRun } from '../../../codegen/replay/sides/history-run.js'
import { mergeLines } from '../../../codegen/replay/merge-lines.js'
import { proveSchema } from '../../../codegen/replay/schema/prove-schema.js'
import { proveRows } from '../../../codegen/replay/rows/prove-rows.js'
import type { Database as Handle } from '../../../src/database/better-sqlite3/handle.js'
import { registryOf, type Draft } from '../../support/registry.js'
import { replayFolder, sqlFile } from './replayed-folder.js'

/** SQL migrations: each as `up`, as `up` and `down`, or as a whole file. */
export type History = readonly (string | readonly [up: string, down: string])[]

/** The findings of the replay rules about a history. */
export const proveHistory = (...steps: History): Promise<Diagnostic[]> =>
  replayFolder(folderOf(steps), { prove })

/** `VERSION severity CODE` of each finding. */
export async function findingsIn(...steps: History): Promise<string[]> {
  const found = await proveHistory(...steps)
  return found.map(({ file, severity, code }) => `${/\d+/.exec(file)?.[0]} ${severity} ${code}`)
}

const folderOf = (steps: History) =>
  Object.fromEntries(
    steps.map((step, at) => {
      const name = `${String(at + 1).padStart(3, '0')}_m.sql`
      if (typeof step !== 'string') return [name, sqlFile(step[0], step[1])]
      if (step.includes('-- migrate:up')) return [name, step]
      return [name, `-- irreversible: a test\n-- migrate:up\n${step}\n`]
    }),
  )

async function prove(migrations: readonly ParsedMigration[]): Promise<Proof> {
  const run: HistoryRun = {
    registry: registryOf(...migrations.map(draftOf)),
    open: async () => new Database(':memory:') as unknown as Handle,
    table: '_migrations',
    ignoreTables: [],
    seeds: {},
    provenTo: 0,
    report() {},
  }
  const [schema, rows] = await Promise.all([proveSchema(run), proveRows(run)])
  return mergeLines([], schema, rows)
}

function draftOf({ up, down, transaction, foreignKeys }: ParsedMigration): Draft<Handle> {
  return {
    up: textsOf(up),
    ...(down && { down: textsOf(down) }),
    ...(transaction?.value === false && { transaction: false }),
    ...(foreignKeys && { foreignKeys: foreignKeys.value }),
  }
}

function textsOf(side: Side | null): string[] {
  if (side?.kind !== 'sql') throw new TypeError('Only SQL can be proven here.')
  return side.pieces.map(({ text }) => text)
}
