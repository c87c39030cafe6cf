// Makes the processes of the command line, built or not, do their work inside the test process, since starting one takes longer
// than most of the work: for tests of the result. No wall protects the machine from migrations here, and none can be killed.
import childProcess from 'node:child_process'
import { EventEmitter } from 'node:events'
import { syncBuiltinESMExports } from 'node:module'
import { afterAll, beforeAll } from 'vitest'
import type { NotedReads } from '../../codegen/replay/process/note-reads.js'
import type { PassJob } from '../../codegen/replay/process/protocol.js'
import { runJob } from '../../codegen/replay/process/run-job.js'
import { buildWall } from '../../codegen/wall/build-wall.js'
import { LateWork } from '../../codegen/wall/late-work.js'
import { Wall } from '../../codegen/wall/wall.js'
import { describeError } from '../../src/cli/terminal/describe-error.js'
import { locateFailure } from '../../src/cli/terminal/locate-failure.js'
import { doJob } from '../../src/cli/worker/do-job.js'
import type { JobContext } from '../../src/cli/worker/job-context.js'
import type { Job } from '../../src/cli/worker/protocol.js'

const { fork } = childProcess

function replace(by: unknown): void {
  Object.assign(childProcess, { fork: by })
  syncBuiltinESMExports()
}

/** Applies to all tests of the file or of the surrounding group. */
export function processesHere(): void {
  beforeAll(() => replace(forkHere))
  afterAll(() => replace(fork))
}

/** Restores real processes for a group of those tests. */
export function processesApart(): void {
  beforeAll(() => replace(fork))
  afterAll(() => replace(forkHere))
}

/** Restores real processes for one of those tests: of output past the command line, or of something that ends a process. */
export const inProcesses =
  <T>(work: () => Promise<T>) =>
  async (): Promise<T> => {
    replace(fork)
    try {
      return await work()
    } finally {
      replace(forkHere)
    }
  }

function forkHere(file: string, args: readonly string[], ...more: readonly never[]): unknown {
  if (/\bsrc.cli.worker\b/.test(file)) return workerHere(JSON.parse(args[0]!) as Job)
  if (/\breplay.process\b/.test(file)) return proverHere()
  return fork(file, args, ...more)
}

/** The part of a child process that its callers use. */
class ProcessHere extends EventEmitter {
  /** Not a number, so that nothing is killed by it: 0 would be the group of this process. */
  readonly pid = Number.NaN
  readonly exitCode = null
  readonly signalCode = null
  readonly stdout = null
  readonly stderr = null
  send(_: unknown, sent: () => void): void {
    sent()
  }
  /** Whether its caller no longer listens. */
  killed = false
  /** Called while it waits for its job, or when its answer is no longer needed. */
  kill(): boolean {
    this.killed = true
    return this.emit('close', null, 'SIGKILL')
  }
}

function workerHere(job: Job): ProcessHere {
  const here = new ProcessHere()
  const post = (message: unknown): void => void here.emit('message', asSent(message))
  const context: JobContext = { send: post, signal: { aborted: false }, folders: null }
  setImmediate(async () => {
    try {
      post({ type: 'done', result: await doJob(job, context) })
    } catch (error) {
      const located = context.folders && locateFailure(error, context.folders)
      post({ type: 'failed', error: { ...describeError(error), ...located } })
    }
    // In a real process, the wall would end with the process.
    if (job.flags.dryRun) buildWall().lower()
    here.emit('close', 0, null)
  })
  return here
}

/** The last proof to run: they share the classes of the client, so they run one after another. */
let last: Promise<unknown> = Promise.resolve()

function proverHere(): ProcessHere {
  const here = new ProcessHere()
  here.send = (job, sent) => {
    sent()
    const late = new LateWork('hurries')
    const behind = { wall: new Wall(), late, tell() {}, noteReads: () => NO_READS }
    last = last
      .then(() => (here.killed ? undefined : runJob(job as PassJob, behind)))
      .then((answer) => here.killed || here.emit('message', asSent(answer)))
      .finally(() => here.killed || here.emit('close', 0, null))
  }
  return here
}

const NO_READS: NotedReads = { during: (work) => work(), all: () => [] }

const asSent = (message: unknown): unknown => JSON.parse(JSON.stringify(message))
