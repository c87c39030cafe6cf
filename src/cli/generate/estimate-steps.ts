// Estimates how long steps take at a million rows from their times on fewer.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ScaledRun, ScaledStep } from '../../../codegen/model/scaled-step.js'
import { memoryFolder } from '../../../codegen/project/memory-file.js'
import { orElse } from '../../model/or-else.js'
import { versionId } from '../../model/version.js'

/** The likely duration of a step if each table that it reads or changes has that many rows. */
export interface StepEstimate extends Pick<
  ScaledStep,
  'version' | 'name' | 'file' | 'locks' | 'rereads'
> {
  readonly id: string
  /** The entry of the configuration it belongs to; absent if there is only one. */
  readonly history?: string
  readonly rows: number
  readonly durationMs: number
  /** The amount it writes to the database. */
  readonly bytes: number
  /** How its time grows: 1 for linear in the number of rows, 2 for quadratic. */
  readonly growth: number
  /** The largest number of rows that was tried. */
  readonly measuredRows: number
}

const ROWS = 1_000_000

/** The steps in order of version; those that were not measured for lack of time have no estimate. */
export function estimateSteps(all: readonly ScaledStep[], root: string): readonly StepEstimate[] {
  const steps = all.filter(({ runs }) => runs.length > 0)
  const bytesPerMs = steps.some(({ runs }) => runs.at(-1)!.bytes > 0) ? writeRate(root) : Infinity
  return steps.map((step) => estimate(step, bytesPerMs))
}

/** The steps that were not measured for lack of time, as they are printed. */
export const notEstimated = (
  all: readonly ScaledStep[],
  history: string | null = null,
): readonly string[] =>
  all.flatMap(({ version, name, runs }) =>
    runs.length > 0
      ? []
      : [`${history === null ? '' : `${history} `}${versionId(version)} (${name})`],
  )

/** Adds the name of the entry that they belong to. */
export const estimatesOf = (
  history: string | null,
  estimates: readonly StepEstimate[],
): readonly StepEstimate[] =>
  history === null ? estimates : estimates.map((one) => ({ history, ...one }))

/** Every change is written twice: into the journal as well. */
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

/** SQL takes linear or quadratic time; sorting, and the noise of short times, is neither. */
function growthOf(runs: readonly ScaledRun[]): number {
  const found = runs.slice(-3).flatMap((run, at, all) => {
    const before = all[at - 1]
    if (!before) return []
    return Math.log(run.durationMs / before.durationMs) / Math.log(run.rows / before.rows)
  })
  const last = found.at(-1) ?? 1
  // For a step with a large fixed cost, only long times show it.
  const isLong = (runs.at(-1)?.durationMs ?? 0) > LONG_MS
  const told = isLong ? [last] : found
  return told.some((one) => one < CLEAR) ? 1 : Math.round(last)
}

/** The exponent that counts as more than linear. */
const CLEAR = 1.5

const LONG_MS = 150

const PROBE_BYTES = 8 * 2 ** 20

/**
 * How many bytes per millisecond the project's disk writes, otherwise the disk for temporary files; infinity if neither is
 * writable.
 */
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
