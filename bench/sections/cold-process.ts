// Migrates in a fresh process with cold code: the time that it adds to the start of an application.
import { build } from 'esbuild'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BUDGETS } from '../budgets.js'
import { rawSteps } from '../contestants/raw.js'
import { bundledRegistry } from '../history/generated-registry.js'
import { sampleHistory } from '../history/sample-history.js'
import type { Measurement } from '../measurement.js'
import { medianAbove, medianTime, sideBySide, type Contestant } from '../measure/side-by-side.js'
import type { Bench } from './bench.js'

const GROUP = 'Fresh process, WAL, imports done'
const ROUNDS = 30
const SIZE = 10

const RAW = 'raw better-sqlite3'
const FRESH = 'migrate, empty database'
const CURRENT = 'migrate, up to date'

/** Measures 10 SQL migrations on an empty database and on one that is up to date. */
export async function measureCold(bench: Bench): Promise<Measurement[]> {
  bench.tell('migrating in fresh processes')
  const times = sideBySide(await contestantsIn(bench), bench.rounds(ROUNDS))
  const line = { group: GROUP, unit: 'ms', migrations: SIZE } as const
  return [
    ...[RAW, FRESH].map((what) => ({ ...line, what, value: medianTime(times, what) })),
    {
      ...line,
      what: `${FRESH}: above raw`,
      value: medianAbove(times, FRESH, RAW),
      limit: BUDGETS.coldAboveMs,
    },
    { ...line, what: CURRENT, value: medianTime(times, CURRENT), limit: BUDGETS.coldCurrentMs },
  ]
}

async function contestantsIn({ scratch, lockstep }: Bench): Promise<Contestant[]> {
  const history = sampleHistory(SIZE)
  const { file, registry } = await bundledRegistry({ scratch, lockstep }, history, 'sql')
  const steps = JSON.stringify(rawSteps(history, registry))
  const program = await bundledProgram(lockstep)
  const run = (job: string, database: string): number => {
    const { stdout, stderr } = spawnSync(process.execPath, [program, job, database, file, steps], {
      encoding: 'utf8',
    })
    if (stderr !== '') throw new TypeError(stderr)
    return Number(stdout)
  }
  const fresh = (): string => join(mkdtempSync(join(scratch, 'cold-')), 'bench.db')
  const current = fresh()
  run('migrate', current)
  return [
    { name: RAW, run: () => run('raw', fresh()) },
    { name: FRESH, run: () => run('migrate', fresh()) },
    { name: CURRENT, run: () => run('migrate', current) },
  ]
}

/** Bundles the program next to the installed packages, where the client resolves; returns its path. */
async function bundledProgram(lockstep: string): Promise<string> {
  const outfile = join(lockstep, 'node_modules/.cache/lockstep-bench/cold-process.mjs')
  const { outputFiles } = await build({
    entryPoints: [join(lockstep, 'bench/contestants/cold-process.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    tsconfigRaw: {},
    write: false,
  })
  writeFileSync(outfile, outputFiles[0]!.contents)
  return outfile
}
