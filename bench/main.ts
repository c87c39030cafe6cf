// The benchmark: measures what was asked for and prints it. Never fails because something is slow.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFlags, USAGE, type BenchFlags, type SectionName } from './flags.js'
import { describeMachine } from './machine.js'
import { verdictOf, type Measurement } from './measurement.js'
import { stopwatch } from './measure/stopwatch.js'
import { renderReport, type Report } from './print/render-report.js'
import { measureApply } from './sections/apply.js'
import { measureBatches } from './sections/batches.js'
import type { Bench } from './sections/bench.js'
import { measureCold } from './sections/cold-process.js'
import { measureBundle, type ModuleShare } from './sections/bundle-size.js'
import { measureGenerate } from './sections/generate-time.js'
import { measureProve } from './sections/prove-time.js'
import { measureSnapshot } from './sections/snapshot.js'
import { measureUpToDate } from './sections/up-to-date.js'

/** What a section answers. */
interface Found {
  readonly measurements: readonly Measurement[]
  readonly modules?: readonly ModuleShare[]
}

const MEASURES: Readonly<Record<SectionName, (bench: Bench) => Found | Promise<Found>>> = {
  apply: async (bench) => ({ measurements: await measureApply(bench) }),
  cold: async (bench) => ({ measurements: await measureCold(bench) }),
  'up-to-date': (bench) => ({ measurements: measureUpToDate(bench) }),
  batches: (bench) => ({ measurements: measureBatches(bench) }),
  snapshot: async (bench) => ({ measurements: await measureSnapshot(bench) }),
  bundle: measureBundle,
  gen: (bench) => ({ measurements: measureGenerate(bench) }),
  prove: (bench) => ({ measurements: measureProve(bench) }),
}

/** Runs the benchmark of the sources in `lockstep` as the arguments of the process tell; prints to stdout. */
export async function main(lockstep: string): Promise<void> {
  let flags: BenchFlags
  try {
    flags = readFlags(process.argv.slice(2))
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`)
    process.exitCode = 2
    return
  }
  if (flags.help) return console.log(USAGE)
  const scratch = mkdtempSync(join(flags.dir ?? tmpdir(), 'lockstep-bench-'))
  try {
    print(await measure(flags, benchIn({ scratch, lockstep }, flags)), flags)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

const benchIn = (places: Pick<Bench, 'scratch' | 'lockstep'>, { quick }: BenchFlags): Bench => ({
  ...places,
  time: stopwatch(),
  rounds: (usual) => (quick ? Math.ceil(usual / 4) : usual),
  tell: (what) => void (process.stderr.isTTY && console.error(`… ${what}`)),
})

async function measure({ only }: BenchFlags, bench: Bench): Promise<Report> {
  const found: Found[] = []
  for (const name of only) found.push(await MEASURES[name](bench))
  return {
    machine: describeMachine(),
    measurements: found.flatMap(({ measurements }) => measurements),
    modules: found.flatMap(({ modules = [] }) => modules),
  }
}

function print(report: Report, { json, verbose }: BenchFlags): void {
  if (!json) return console.log(renderReport(report, verbose ? 'verbose' : 'short').join('\n'))
  const measurements = report.measurements.map((one) => ({ ...one, verdict: verdictOf(one) }))
  console.log(JSON.stringify({ ...report, measurements }, null, 2))
}
