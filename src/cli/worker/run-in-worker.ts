// Starts the worker process, listens to it, and turns signals into requests to stop.
import { endGroup, OWN_GROUP } from '../../../codegen/project/end-with-parent.js'
import { ownFile } from '../../../codegen/project/lockstep-package.js'
import { fork, type ChildProcess } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { runKilled, workerDied } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { temporaryFolder } from '../../../codegen/project/owned-names.js'
import { removeDatabase } from '../backup/durable-file.js'
import type { Invocation } from '../command/command.js'
import { DescribedError } from '../terminal/describe-error.js'
import { spokenLines } from '../command/speak-aside.js'
import {
  isCopying,
  isTrial,
  type Job,
  type JobResults,
  type Work,
  type WorkerMessage,
} from './protocol.js'

/** Receives the messages while the work is running: all but its end. */
export type Listener = (message: Exclude<WorkerMessage, { type: 'done' | 'failed' }>) => void

/** An invocation, with the digest of the plan if one was confirmed. */
export interface WorkOrder extends Invocation, Pick<Job, 'confirmed' | 'trial' | 'copy'> {
  /** Set if a question has already said where each `down` comes from. */
  readonly isTold?: true
}

/**
 * Runs a job in the worker. The first SIGINT, SIGTERM or SIGHUP lets it end before its next step, which throws `RUN_ABORTED`; the
 * second ends it at once, which throws `RUN_KILLED`; a dry run and a backup end at the first. Its other errors are rethrown as a
 * `DescribedError`; `WORKER_DIED` if it ends without an answer.
 */
export async function runInWorker<W extends Work>(
  work: W,
  { words, flags, cwd, terminal, confirmed, trial, copy, within }: WorkOrder,
  listen: Listener,
): Promise<JobResults[W]> {
  const folder = temporaryFolder(tmpdir())
  const stopMarker = join(folder, 'stop')
  const agreed = {
    ...(confirmed !== undefined && { confirmed }),
    ...(trial && { trial }),
    ...(copy !== undefined && { copy }),
    ...(within && { applied: within.applied }),
  }
  const job: Job = { work, words, flags, cwd, ...agreed, stopMarker, parent: process.pid }
  const child = start(job)
  for (const stream of [child.stdout, child.stderr]) {
    if (stream)
      createInterface({ input: stream }).on('line', (line) => terminal.say(...spokenLines(line)))
  }
  const temporary: string[] = []
  const isImpatient = isCopying(job) || within?.onSignal === 'end at once'
  const asked = obeySignals(child, isImpatient ? null : stopMarker, (line) => terminal.say(line))
  try {
    const heard: Listener = (message) => {
      if (message.type === 'temporary') temporary.push(message.path)
      listen(message)
    }
    return (await answerOf(child, job, heard, asked)) as JobResults[W]
  } finally {
    asked.release()
    // The process is gone. If it was killed, it could not remove its copies itself.
    temporary.forEach(removeDatabase)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The same kind of file as this one: built files start built files. */
function start(job: Job): ChildProcess {
  return fork(ownFile('src/cli/worker/worker'), [JSON.stringify(job)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(isTrial(job) && OWN_GROUP),
  })
}

/** The signals that ask a run to stop. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What signals have requested, and how to stop listening for them. */
interface Asked {
  /** Whether the process has to end at once. */
  atOnce: boolean
  release(): void
}

/** Without a marker there is no step to wait for: work on a copy is worthless before its end. */
function obeySignals(
  child: ChildProcess,
  stopMarker: string | null,
  say: (line: string) => void,
): Asked {
  let times = 0
  const obey = (): void => {
    times += 1
    asked.atOnce = times > 1 || stopMarker === null
    if (times > 1 || stopMarker === null) return endGroup(child)
    writeFileSync(stopMarker, '')
    say('Stopping after the current step or batch. Press Ctrl+C again to stop at once.')
  }
  for (const signal of SIGNALS) process.on(signal, obey)
  const asked: Asked = {
    atOnce: false,
    release: () => SIGNALS.forEach((signal) => process.off(signal, obey)),
  }
  return asked
}

function answerOf(
  child: ChildProcess,
  job: Job,
  listen: Listener,
  asked: Asked,
): Promise<JobResults[Work]> {
  let last: Extract<WorkerMessage, { type: 'done' | 'failed' }> | null = null
  return new Promise((resolve, reject) => {
    const steps = noteSteps(job)
    child.on('message', (message: WorkerMessage) => {
      steps.hear(message)
      if (message.type === 'done' || message.type === 'failed') last = message
      else listen(message)
    })
    child.on('error', (cause) => reject(new LockstepError(workerDied(cause.message), { cause })))
    // Only after `close` has all output of the process been read.
    child.on('close', (code, signal) => {
      if (last?.type === 'done') return resolve(last.result)
      if (last) return reject(new DescribedError(last.error))
      if (asked.atOnce) return reject(new LockstepError(runKilled(killedOn(job), steps.done())))
      reject(new LockstepError(workerDied(signal ?? `exit code ${code}`, steps.done())))
    })
  })
}

const killedOn = (job: Job): Parameters<typeof runKilled>[0] =>
  isTrial(job) ? 'copy' : job.work === 'backup' ? 'backup' : 'database'

/** The completed steps as the process reports them; none if they run in one transaction. */
function noteSteps({ work }: Job): { hear(message: WorkerMessage): void; done(): string[] } {
  const done: string[] = []
  let isShared = work === 'redo'
  return {
    hear(message) {
      if (message.type === 'opened') isShared ||= message.shared === true
      if (message.type !== 'event' || message.event.type !== 'step-end') return
      const { id, name } = message.event
      done.push(`${id} (${name})`)
    },
    done: () => (isShared ? [] : done),
  }
}
