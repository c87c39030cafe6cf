// The benchmark: runs the requested sections and prints their results. Never fails because something is slow.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFlags, USAGE, type BenchFlags, type SectionName } from './flags.js'
import { describeMachine } from './machine.js'
import { verdictOf, type Measurement } from './measurement.js'
import { awaitingStopwatch, stopwatch } from './measure/stopwatch.js'
import { renderReport, type Report } from './print/render-report.js'
import { writeResults } from './print/write-results.js'
import { measureApply } from './sections/apply.js'
import { measureBatches } from './sections/batches.js'
import type { Bench } from './sections/bench.js'
import { measureCold } from './sections/cold-process.js'
import { measureBundle, type ModuleShare } from './sections/bundle-size.js'
import { measureGenerate } from './sections/generate-time.js'
import { measurePeersApply } from './sections/peers/apply.js'
import { measurePeersAtOnce } from './sections/peers/at-once.js'
import { measurePeersBundle } from './sections/peers/bundle.js'
import { measurePeersCold } from './sections/peers/cold.js'
import { measurePeersKills } from './sections/peers/kills.js'
import { openToolbox, type Toolbox } from './sections/peers/toolbox.js'
import { measurePeersUpToDate } from './sections/peers/up-to-date.js'
import { measureProve } from './sections/prove-time.js'
import { measureSnapshot } from './sections/snapshot.js'
import { measureUpToDate } from './sections/up-to-date.js'

/** The result of a section. */
interface Found {
  readonly measurements: readonly Measurement[]
  readonly modules?: readonly ModuleShare[]
}

type Measure = (bench: Bench, toolbox: () => Promise<Toolbox>) => Found | Promise<Found>

const MEASURES: Readonly<Record<SectionName, Measure>> = {
  apply: async (bench) => ({ measurements: await measureApply(bench) }),
  cold: async (bench) => ({ measurements: await measureCold(bench) }),
  'up-to-date': (bench) => ({ measurements: measureUpToDate(bench) }),
  batches: (bench) => ({ measurements: measureBatches(bench) }),
  snapshot: async (bench) => ({ measurements: await measureSnapshot(bench) }),
  bundle: measureBundle,
  gen: (bench) => ({ measurements: measureGenerate(bench) }),
  prove: (bench) => ({ measurements: measureProve(bench) }),
  'peers-apply': beside(measurePeersApply),
  'peers-up-to-date': beside(measurePeersUpToDate),
  'peers-cold': beside(measurePeersCold),
  'peers-bundle': beside((_, toolbox) => measurePeersBundle(toolbox)),
  'peers-at-once': beside(measurePeersAtOnce),
  'peers-kills': beside(measurePeersKills),
}

type MeasurePeers = (bench: Bench, toolbox: Toolbox) => Measurement[] | Promise<Measurement[]>

function beside(measure: MeasurePeers): Measure {
  return async (bench, toolbox) => ({ measurements: await measure(bench, await toolbox()) })
}

/** Runs the benchmark of the sources in `lockstep` by the arguments of the process; prints to stdout. */
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
    const { report, draw } = await measure(flags, benchIn({ scratch, lockstep }, flags))
    print(report, flags)
    if (flags.write) await writeResults(join(lockstep, 'bench'), report, typed(), draw)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** The command as it is documented, without the path of a folder. */
const typed = (): string =>
  ['npm run bench --', ...process.argv.slice(2)].join(' ').replace(/--dir[ =]\S+/, '--dir <folder>')

const benchIn = (places: Pick<Bench, 'scratch' | 'lockstep'>, { quick }: BenchFlags): Bench => ({
  ...places,
  time: stopwatch(),
  timeAwaited: awaitingStopwatch(),
  rounds: (usual) => (quick ? Math.ceil(usual / 4) : usual),
  tell: (what) => void (process.stderr.isTTY && console.error(`… ${what}`)),
})

async function measure({ only }: BenchFlags, bench: Bench) {
  const found: Found[] = []
  let opened: Promise<Toolbox> | undefined
  const toolbox = (): Promise<Toolbox> => (opened ??= openToolbox(bench))
  for (const name of only) found.push(await MEASURES[name](bench, toolbox))
  const { peers = [], draw } = (await opened) ?? {}
  const report: Report = {
    machine: describeMachine(),
    measurements: found.flatMap(({ measurements }) => measurements),
    modules: found.flatMap(({ modules = [] }) => modules),
    tools: peers,
  }
  return { report, draw }
}

function print(report: Report, { json, verbose }: BenchFlags): void {
  if (!json) return console.log(renderReport(report, verbose ? 'verbose' : 'short').join('\n'))
  const measurements = report.measurements.map((one) => ({ ...one, verdict: verdictOf(one) }))
  const tools = report.tools.map(({ tool, version }) => ({ ...tool, version }))
  console.log(JSON.stringify({ ...report, tools, measurements }, null, 2))
}
