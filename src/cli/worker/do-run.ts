// Migrates and rolls back inside the worker: on the database itself, or as a dry run on a copy of it.
import { chmodSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Driver } from '../../database/driver.js'
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { isLockstepError, LockstepError } from '../../errors/lockstep-error.js'
import type { MigrationEvent } from '../../model/events.js'
import { MigrationManager } from '../../manager.js'
import type { Problem } from '../../model/report.js'
import { RUN_AGAIN } from '../../model/told-step.js'
import { versionId } from '../../model/version.js'
import { visible } from '../../model/visible.js'
import { describeTouched, describeUntried } from '../render/run.js'
import { copyDatabase } from '../backup/copy-database.js'
import { removeDatabase } from '../backup/durable-file.js'
import { measureSteps } from '../dry-run/measure-steps.js'
import { describeError, type ErrorDescription } from '../terminal/describe-error.js'
import type { ClientHandle } from '../../../codegen/client/load-client.js'
import type { Wall } from '../../../codegen/wall/wall.js'
import { temporaryPath } from '../../../codegen/project/owned-names.js'
import { profileRun } from '../profile/profile-run.js'
import { matchNames } from '../../schema/ignored-objects.js'
import { indexProblems } from '../database/ask-indexes.js'
import { lookAtFile } from '../database/look-at-file.js'
import { openForReading, openForWriting } from '../database/open-database.js'
import { backUpBefore, copyOptions, type BackupBefore } from './do-backup.js'
import type { JobContext, RunJob } from './job-context.js'
import { noteOutside, type Outside } from '../dry-run/note-outside.js'
import { performRun, targetOf } from './perform-run.js'
import type { Job, RunResult } from './protocol.js'

/** Runs on an open handle, and closes it. With `--backup` a copy is made first if there is anything to do. */
export async function runOn(run: RunJob, handle: ClientHandle): Promise<RunResult> {
  let backup: BackupBefore | null = null
  const profiled = profiling(run, betterSqlite3(handle))
  try {
    backup = await backUpBefore(run, handle)
    const report = await performRun(
      run,
      profiled.driver,
      (event) => {
        profiled.hear(event)
        sendEvent(event, run.context)
      },
      backup ? { backup: backup.option } : {},
    )
    return { ...report, ...profiled.found(), ...(backup?.file && { backup: backup.file }) }
  } catch (error) {
    throw withProfile(besideCopy(error, backup?.file ?? null), profiled.found())
  } finally {
    backup?.close()
    handle.close()
  }
}

/** The error of a run that has made a copy, with the path of the copy. */
function besideCopy(error: unknown, backup: string | null): unknown {
  if (backup === null || !isLockstepError(error)) return error
  const parts = LockstepError.partsOf(error)
  const lines = [...(parts.lines ?? []), `The copy made before the run is ${visible(backup)}.`]
  return new LockstepError({ ...parts, lines, facts: { ...error.facts, backup } }, error)
}

/**
 * Runs on a copy, which is removed afterwards, and measures what each step does. The database itself is only read, before the
 * first migration runs, and no copy is made if none will; no other one is reached, except as the wall reports.
 */
export async function dryRun(run: RunJob, wall: Wall): Promise<RunResult> {
  const { settings, context } = run
  wall.lower()
  const copy = (await isUpToDate(run)) ? asItIs(run) : await copyFor(run)
  wall.raise(copy.path)
  try {
    const handle = await wall.whileOpening(() => copy.open(settings, copy.path))
    const outside = noteOutside(wall, run.registry)
    const measured = measureSteps(betterSqlite3(handle), settings.manager.table)
    const profiled = profiling(run, measured.driver)
    try {
      const isIgnored = matchNames(settings.manager.ignoreTables ?? [])
      const known = new Set(indexProblems(handle, isIgnored).map(({ facts }) => facts?.['index']))
      const hear = (event: MigrationEvent): void => {
        measured.hear(event)
        profiled.hear(event)
        outside.hear(event)
        sendEvent(event, context)
      }
      // Nobody else has this copy, so waiting for a lock would be pointless.
      const report = await performRun(run, profiled.driver, hear, { lockTimeoutMs: 0 })
      const problems = indexProblems(handle, isIgnored).filter(
        ({ facts }) => !known.has(facts?.['index']),
      )
      return {
        ...report,
        durationMs: timeOfSteps(report),
        effects: measured.effects,
        ...profiled.found(),
        ...outside.found(),
        ...(problems.length > 0 && { problems: problems.map(asWarning) }),
      }
    } catch (error) {
      throw withProfile(ofCopy(error, run.job, outside.found()), profiled.found())
    } finally {
      handle.close()
    }
  } finally {
    copy.remove()
  }
}

/**
 * The time of the steps, without that of measuring what each changes. A continued step includes the time of earlier runs, which this
 * one did not take.
 */
const timeOfSteps = ({ steps, durationMs }: Pick<RunResult, 'steps' | 'durationMs'>): number =>
  Math.min(
    durationMs,
    steps.reduce((sum, step) => sum + step.durationMs, 0),
  )

/** The error of a run, with the profile up to it. */
function withProfile(error: unknown, { profile }: Pick<RunResult, 'profile'>): unknown {
  if (!profile || !isLockstepError(error)) return error
  const parts = LockstepError.partsOf(error)
  return new LockstepError({ ...parts, facts: { ...error.facts, profile } }, error)
}

/** Measures each statement if `--profile` is given. */
function profiling({ job, settings }: RunJob, driver: Driver<ClientHandle, 'sync'>) {
  const profile = job.flags.profile
    ? profileRun(driver, settings.manager.table)
    : { driver, hear: () => {} }
  const found = (): Pick<RunResult, 'profile'> =>
    'statements' in profile ? { profile: profile.statements() } : {}
  return { ...profile, found }
}

/** Migrating does not fail because of it. */
const asWarning = (problem: Problem): Problem => ({ ...problem, severity: 'warning' })

/**
 * A failure on a copy has changed nothing: no step stays applied, which the report also says to programs, and nothing has to be
 * settled.
 */
function ofCopy(error: unknown, { trial }: Job, outside: Outside): unknown {
  if (!isLockstepError(error)) return error
  const { facts, cause, report } = error
  const version = Number(facts['version'])
  const { untried = [], touched = [] } = outside
  const parts = LockstepError.partsOf(error)
  const standsIn = untried.some((step) => step.version === version && step.databases.length > 0)
  const state = [
    `${trial ? 'It was tried on a copy first' : 'This was a dry run on a copy'}, which was removed; the database is unchanged.`,
    ...untried.map(describeUntried),
    ...touched.map(describeTouched),
    ...(standsIn
      ? [`${versionId(version)} failed beside an empty database: it may well work on the real one.`]
      : []),
  ]
    .map(visible)
    .join('\n')
  const tried: ErrorDescription['report'] = report && { ...report, dryRun: true }
  return new LockstepError(
    {
      ...parts,
      state,
      ...(parts.told && { next: RUN_AGAIN }),
      facts: { ...facts, ...outside },
    },
    { cause, ...(tried && { report: tried }) },
  )
}

/** Whether there is nothing to migrate. What forbids to migrate is found in the run. */
async function isUpToDate({ job, settings, registry, path }: RunJob): Promise<boolean> {
  const shared = job.copy !== undefined && lookAtFile(job.copy).exists
  if (job.work !== 'migrate' || shared || !lookAtFile(path).exists) return false
  const handle = await openForReading(settings, path)
  try {
    const manager = new MigrationManager(betterSqlite3(handle), registry, settings.manager)
    return manager.plan(targetOf(job)).steps.length === 0
  } catch {
    return false
  } finally {
    handle.close()
  }
}

interface Copy {
  readonly path: string
  readonly open: typeof openForReading
  remove(): void
}

/** The database itself, to be read. */
const asItIs = ({ path }: RunJob): Copy => ({ path, open: openForReading, remove() {} })

/** A copy beside the database, so that it has the same disk and rights; for a missing one, an empty file elsewhere. */
async function copyFor({ job, settings, path, context }: RunJob): Promise<Copy> {
  const open = openForWriting
  const shared = job.copy
  if (shared !== undefined) {
    if (!lookAtFile(shared).exists && lookAtFile(path).exists)
      await makeCopy(shared, { settings, path, context })
    return { path: shared, open, remove() {} }
  }
  if (!lookAtFile(path).exists) {
    // In the folder that is removed with the job, however this process ends.
    const copy = join(dirname(job.stopMarker), 'dry-run.db')
    return { path: copy, open, remove: () => removeDatabase(copy) }
  }
  const copy = temporaryPath(`${path}.dry-run`)
  context.send({ type: 'temporary', path: copy })
  await makeCopy(copy, { settings, path, context })
  return { path: copy, open, remove: () => removeDatabase(copy) }
}

async function makeCopy(
  copy: string,
  { settings, path, context }: Pick<RunJob, 'settings' | 'path' | 'context'>,
): Promise<void> {
  const source = await openForReading(settings, path)
  try {
    await copyDatabase(source, copy, copyOptions({ settings, context }))
  } finally {
    source.close()
  }
  // So that steps can be tried on a copy of a read-only database as well.
  chmodSync(copy, 0o600)
}

function sendEvent(event: MigrationEvent, { send }: JobContext): void {
  const isFailure = event.type === 'step-failed'
  send({ type: 'event', event: isFailure ? { ...event, error: toldOf(event.error) } : event })
}

function toldOf(error: unknown): Pick<ErrorDescription, 'code' | 'message' | 'fix' | 'facts'> {
  const { code, message, fix, facts } = describeError(error)
  return { code, message, fix, ...(facts && { facts }) }
}
