// What steps take at a million rows, from what they took on fewer: an estimate.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ScaledRun, ScaledStep } from '../../../codegen/model/scaled-step.js'
import { memoryFolder } from '../../../codegen/project/memory-file.js'
import { orElse } from '../../model/or-else.js'
import { versionId } from '../../model/version.js'

/** What a step is likely to take where each table that it reads or changes has so many rows. */
export interface StepEstimate extends Pick<
  ScaledStep,
  'version' | 'name' | 'file' | 'locks' | 'rereads'
> {
  readonly id: string
  /** Which of several entries of the configuration it is of; absent where there is one. */
  readonly history?: string
  readonly rows: number
  readonly durationMs: number
  /** What it writes to the database. */
  readonly bytes: number
  /** How its time grows: 1 with the number of rows, 2 with its square. */
  readonly growth: number
  /** The most rows that were tried. */
  readonly measuredRows: number
}

const ROWS = 1_000_000

/** The steps in the order of their versions; those that there was no time for have no estimate. */
export function estimateSteps(all: readonly ScaledStep[], root: string): readonly StepEstimate[] {
  const steps = all.filter(({ runs }) => runs.length > 0)
  const bytesPerMs = steps.some(({ runs }) => runs.at(-1)!.bytes > 0) ? writeRate(root) : Infinity
  return steps.map((step) => estimate(step, bytesPerMs))
}

/** The steps that there was no time for, as they are printed. */
export const notEstimated = (
  all: readonly ScaledStep[],
  history: string | null = null,
): readonly string[] =>
  all.flatMap(({ version, name, runs }) =>
    runs.length > 0
      ? []
      : [`${history === null ? '' : `${history} `}${versionId(version)} (${name})`],
  )

/** With the name of the entry that they are of. */
export const estimatesOf = (
  history: string | null,
  estimates: readonly StepEstimate[],
): readonly StepEstimate[] =>
  history === null ? estimates : estimates.map((one) => ({ history, ...one }))

/** What is changed is written twice: into the journal as well. */
function estimate(
  { version, name, file, locks, runs, rereads }: ScaledStep,
  bytesPerMs: number,
): StepEstimate {
  const last = runs.at(-1)!
  const growth = growthOf(runs)
  const times = ROWS / last.rows
  const bytes = Math.round(last.bytes * times)
  const durationMs = Math.round(last.durationMs * times ** growth + (2 * bytes) / bytesPerMs)
  const of = { version, id: versionId(version), name, file, locks, rereads }
  return { ...of, rows: ROWS, durationMs, bytes, growth, measuredRows: last.rows }
}

/** SQL takes time in proportion to the rows, or to their square; sorting, and the noise of short times, is neither. */
function growthOf(runs: readonly ScaledRun[]): number {
  const found = runs.slice(-3).flatMap((run, at, all) => {
    const before = all[at - 1]
    if (!before) return []
    return Math.log(run.durationMs / before.durationMs) / Math.log(run.rows / before.rows)
  })
  const last = found.at(-1) ?? 1
  // Of a step that has much to begin with, only long times show it.
  const isLong = (runs.at(-1)?.durationMs ?? 0) > LONG_MS
  const told = isLong ? [last] : found
  return told.some((one) => one < CLEAR) ? 1 : Math.round(last)
}

/** What is more than in proportion. */
const CLEAR = 1.5

const LONG_MS = 150

const PROBE_BYTES = 8 * 2 ** 20

/** How many bytes a millisecond the disk takes that has the project, else the one for temporary files; infinitely many where none can be written. */
const writeRate = (root: string): number =>
  orElse(() => rateIn(memoryFolder(root) ?? tmpdir()), null) ??
  orElse(() => rateIn(tmpdir()), Infinity)

function rateIn(place: string): number {
  const folder = mkdtempSync(join(place, 'write-rate-'))
  try {
    const file = openSync(join(folder, 'probe'), 'w')
    const begun = performance.now()
    writeSync(file, Buffer.alloc(PROBE_BYTES, 1))
    fsyncSync(file)
    const took = performance.now() - begun
    closeSync(file)
    return PROBE_BYTES / took
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
