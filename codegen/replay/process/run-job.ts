// Runs one pass of a proof inside the process that replays. Never rejects: whatever stops it becomes an answer.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import { openFailed } from '../../../src/errors/command-line.js'
import { isLockstepError, LockstepError } from '../../../src/errors/lockstep-error.js'
import type { Where } from '../../../src/model/told-step.js'
import type { MigrationSource, Registry, RegistryEntry } from '../../../src/model/registry.js'
import {
  evaluateModule,
  repeatedly,
  type Exports,
  type Given,
} from '../../bundle/evaluate-module.js'
import { lendTo } from '../../bundle/lent-doors.js'
import { openInMemory } from '../../client/open-in-memory.js'
import { bearStandIns } from '../../wall/bear-stand-ins.js'
import type { LateWork } from '../../wall/late-work.js'
import type { Wall } from '../../wall/wall.js'
import type { HistoryRun } from '../sides/history-run.js'
import type { Pass, PassJob, PassMessage, PassResults, Obstacle } from './protocol.js'
import { NeededFailed, otherHistories } from './build-needed.js'
import { readOpening } from '../sides/read-opening.js'
import type { NotedReads } from './note-reads.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { Standing } from './replay-problems.js'
import type { Direction } from '../../model/evidence.js'
import type { LeftOut } from '../../model/migration.js'

/** What a job finds in its process. */
export interface Surroundings {
  readonly wall: Wall
  readonly late: LateWork
  readonly tell: (message: PassMessage) => void
  /** Starts recording once the migrations are loaded; gets the folder that is a cache of Lockstep. */
  readonly noteReads: (except: string | undefined) => NotedReads
  /** Whether a trial that crashes is reported and the proof goes on; otherwise the proof fails. */
  readonly forgivesTrials?: true
}

/** Loads the migrations and the configuration, runs the pass, and returns `done` or `failed`. */
export async function runJob(
  job: PassJob,
  { wall, late, tell, noteReads, forgivesTrials }: Surroundings,
): Promise<PassMessage> {
  const doors = await lendTo(job.code, ...(job.needed ?? []).map(({ code }) => code))
  let registry: Registry<Database>
  try {
    registry = bearStandIns(loadRegistry(job, doors), wall)
  } catch (error) {
    return failed('load', error)
  }
  const reads = noteReads(job.memory)
  try {
    const history = await historyOf({ job, wall, late, doors, registry, reads }, tell)
    const result = await prove(job, {
      ...history,
      ...(forgivesTrials && { failedTrials: [] }),
    })
    return { type: 'done', result, reads: reads.all() }
  } catch (error) {
    if (error instanceof NeededFailed) return failed('needed', error)
    return failed((isLockstepError(error) && KINDS[error.code]) || 'defect', error)
  }
}

const loadRegistry = (job: PassJob, doors: Given): Registry<Database> =>
  registryIn(evaluateModule(job.code, job.path, doors), job).slice(0, job.versions)

const registryIn = (exports: Exports, { leftOut }: PassJob): Registry<Database> =>
  leaveOut(exports['registry'] as Registry<Database>, leftOut)

/** Each pass loads only what it needs. */
async function prove(
  { pass, carriage = NOTHING }: PassJob,
  run: HistoryRun,
): Promise<PassResults[Pass]> {
  if (pass === 'schema') return (await import('../schema/prove-schema.js')).proveSchema(run)
  if (pass === 'orders') return (await import('../schema/prove-orders.js')).proveOrders(run)
  if (pass === 'scaled') return (await import('../scale/scale-steps.js')).scaleSteps(run)
  if (pass === 'snapshot') return (await import('../snapshot/prove-snapshot.js')).proveSnapshot(run)
  if (pass === 'carried') return (await import('../rows/carry-rows.js')).carryRows(run, carriage)
  return (await import('../rows/prove-rows.js')).proveRows(run)
}

const NOTHING = { from: 0, spared: {} }

interface Behind {
  readonly job: PassJob
  readonly wall: Wall
  readonly late: LateWork
  readonly doors: Given
  readonly registry: Registry<Database>
  readonly reads: NotedReads
}

async function historyOf(
  { job, wall, late, doors, registry, reads }: Behind,
  tell: (message: PassMessage) => void,
): Promise<HistoryRun> {
  const { root, table, ignoreTables, provenTo, images, runaways } = job
  const { open, seeds, env } = await reads.during(() => readOpening(job))
  const others = otherHistories(job.needed ?? [], { wall, doors, env })
  const openEmpty = onceEach(() =>
    reads.during(() => openInMemory({ root, wall, ...(open && { open }) })),
  )
  let load: (() => Exports) | undefined
  const reopen = (content: Uint8Array): Promise<Database> => openInMemory({ root, wall, content })
  return {
    registry,
    anew() {
      load ??= repeatedly(job.code, job.path, doors)
      return bearStandIns(registryIn(load(), job), wall)
    },
    wall,
    late,
    ...(job.needed && { others: { ...others, open: openEmpty } }),
    ...(job.needs && { needs: job.needs }),
    ...(job.doubts && { doubts: job.doubts }),
    async open() {
      const handle = await openEmpty()
      others.build(handle)
      return handle
    },
    table,
    ignoreTables,
    seeds,
    ...(env && { env }),
    provenTo,
    ...(runaways && { runaways }),
    // What a project's own `open` does to a connection cannot be applied to a database that has rows already.
    ...(!open && { reopen }),
    ...(images && !open && { images: { ...images, open: reopen } }),
    ...progressReport(registry, (standing) => tell({ type: 'at', ...standing })),
  }
}

/** Refuses a handle that was returned before. */
function onceEach(open: () => Promise<Database>): () => Promise<Database> {
  const opened = new WeakSet<object>()
  return async () => {
    const handle = await open()
    if (opened.has(handle)) throw new LockstepError(openFailed(':memory:', SAME))
    opened.add(handle)
    return handle
  }
}

const SAME = 'it returned the same handle twice'

const KINDS: Readonly<Record<string, Obstacle['kind']>> = {
  OPEN_FAILED: 'open',
  CLIENT_MISSING: 'client',
  MODULE_BROKEN: 'open',
  MODULE_FAILED: 'open',
}

/** The answer of a pass that was stopped. */
export const failed = (kind: Obstacle['kind'], error: unknown, step?: Where): PassMessage => ({
  type: 'failed',
  obstacle: {
    kind,
    message: String((error as Error | null)?.message ?? error),
    stack: String((error as Error | null)?.stack ?? ''),
    ...(step && { step: { version: step.version, direction: step.direction } }),
  },
})

/** Passes on reports of a history; a statement belongs to the side that was reported last. */
export function progressReport(
  registry: Registry<Database>,
  note: (standing: Standing) => void,
): Required<Pick<HistoryRun, 'report' | 'reportRun' | 'reportEnd' | 'reportStatement'>> {
  let side: Standing | null = null
  let runs = 0
  return {
    report(version, direction, needed) {
      side = { version, direction, ...(needed !== undefined && { needed }) }
      note(side)
    },
    reportRun() {
      runs++
      if (side) note((side = { ...side, runs }))
    },
    reportEnd() {
      if (side) note({ ...side, judged: true })
    },
    reportStatement(text, offset, end) {
      if (side?.needed !== undefined) return
      const entry = registry.find(({ version }) => version === side?.version)
      const ran = side && entry && sideOf(entry, side.direction)
      if (!side || !ran || !('scripts' in ran)) return
      // A script that is to fail in the middle is cut off there.
      const begun = text.slice(0, end)
      const script = ran.scripts.findIndex((one) => one.startsWith(begun))
      note(script < 0 ? side : { ...side, statement: { script, offset } })
    },
  }
}

/** The same registry with blanks instead, so that everything else keeps its position. */
const leaveOut = <H>(registry: Registry<H>, all: readonly LeftOut[] = []): Registry<H> =>
  registry.map((entry) => {
    const own = all.filter(({ version }) => version === entry.version)
    return own.length === 0 ? entry : { ...entry, source: without(entry, own) }
  })

function without<H>(entry: RegistryEntry<H>, own: readonly LeftOut[]): MigrationSource<H> {
  const side = (direction: Direction): MigrationSource<H>['up'] | undefined => {
    const side = sideOf(entry, direction)
    if (!side) return undefined
    if (!('scripts' in side)) return side.code.bind(side.owner)
    const left = own.filter((one) => one.direction === direction)
    return side.scripts.map((text, at) =>
      left.filter(({ script }) => script === at).reduce(blank, text),
    )
  }
  const down = side('down')
  return { up: side('up')!, ...(down !== undefined && { down }) }
}

const blank = (text: string, { start, end }: LeftOut): string =>
  text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end)
