// Brings an empty database to the newest version by the steps, and by the snapshot that the build makes of them.
import { execFileSync } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { migrate, type Registry, type Snapshot } from '../../src/drivers/better-sqlite3.js'
import { BUDGET_SIZE, BUDGETS } from '../budgets.js'
import { withDatabaseFile } from '../contestants/database-file.js'
import { reworkedHistory } from '../history/reworked-history.js'
import { sampleHistory, type SampleMigration } from '../history/sample-history.js'
import { writeSampleProject } from '../history/sample-project.js'
import type { Measurement } from '../measurement.js'
import { medianRatio, medianTime, sideBySide, type Contestant } from '../measure/side-by-side.js'
import type { Bench } from './bench.js'
import { builtProgram } from './built-program.js'

const GROUP = 'Empty database to the newest version, WAL'
const ROUNDS = 8

/** Measures a plain history, and one whose later steps rework earlier ones. Throws if the build makes no snapshot. */
export async function measureSnapshot(bench: Bench): Promise<Measurement[]> {
  const program = builtProgram(bench.lockstep)
  const plain = await measured(bench, 'plain', sampleHistory(BUDGET_SIZE), program)
  const reworked = await measured(bench, 'reworked', reworkedHistory(BUDGET_SIZE), program)
  return [
    ...interpret(plain, 'a plain history', BUDGETS.snapshotPlain),
    ...interpret(reworked, 'one that reworks its tables', BUDGETS.snapshotReworked),
  ]
}

type Measured = ReturnType<typeof sideBySide>

async function measured(
  bench: Bench,
  name: string,
  history: readonly SampleMigration[],
  program: string,
): Promise<Measured> {
  bench.tell(`beginning with the snapshot of a ${name} history`)
  const { registry, snapshot } = await projectOf(bench, name, history, program)
  const onFile = (what: string, options: { readonly snapshot?: Snapshot }): Contestant => ({
    name: what,
    run: () =>
      withDatabaseFile(bench.scratch, 'wal', (db) =>
        bench.time(() => void migrate(db, registry, options)),
      ),
  })
  return sideBySide([onFile('steps', {}), onFile('snapshot', { snapshot })], bench.rounds(ROUNDS))
}

async function projectOf(
  { scratch, lockstep }: Bench,
  name: string,
  history: readonly SampleMigration[],
  program: string,
): Promise<{ readonly registry: Registry; readonly snapshot: Snapshot }> {
  const root = join(scratch, `snapshot-${name}`)
  writeSampleProject(root, history, 'sql')
  writeFileSync(join(root, 'lockstep.config.mjs'), 'export default { snapshot: true }\n')
  const client = join('node_modules', 'better-sqlite3')
  symlinkSync(join(lockstep, client), join(root, client), 'junction')
  execFileSync(process.execPath, [program, 'gen'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const outfile = join(root, 'bundle.mjs')
  await build({
    stdin: {
      contents: "export * from './generated/registry.js'; export * from './generated/snapshot.js'",
      resolveDir: root,
    },
    outfile,
    bundle: true,
    format: 'esm',
    alias: { 'lockstep/better-sqlite3': join(lockstep, 'src/drivers/better-sqlite3.ts') },
    tsconfigRaw: {},
  })
  const module = (await import(pathToFileURL(outfile).href)) as {
    readonly registry: Registry
    readonly snapshot?: Snapshot
  }
  const { registry, snapshot } = module
  if (!snapshot) throw new TypeError(`There is no snapshot of the ${name} history.`)
  return { registry, snapshot }
}

function interpret(times: Measured, what: string, limit: number): Measurement[] {
  const line = { group: GROUP, migrations: BUDGET_SIZE } as const
  return [
    {
      ...line,
      what: `${what}: snapshot, to steps`,
      unit: 'ratio',
      value: medianRatio(times, 'snapshot', 'steps'),
      limit,
    },
    { ...line, what: `${what}: steps`, unit: 'ms', value: medianTime(times, 'steps') },
    { ...line, what: `${what}: snapshot`, unit: 'ms', value: medianTime(times, 'snapshot') },
  ]
}
