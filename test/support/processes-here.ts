// Has the processes of the command line, built or not, do their work inside the process of the tests, since starting one takes
// longer than most work: for tests of what comes of it. Nothing keeps migrations from the machine here, and none can be killed.
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

/** From the first test of the file, or of the group that it stands in, to the last. */
export function processesHere(): void {
  beforeAll(() => replace(forkHere))
  afterAll(() => replace(fork))
}

/** For a group of tests among them. */
export function processesApart(): void {
  beforeAll(() => replace(fork))
  afterAll(() => replace(forkHere))
}

/** For one test among them: of what is printed past the command line, or ends a process. */
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

/** What those who start a process use of it. */
class ProcessHere extends EventEmitter {
  /** Not one that could be killed: 0 would be the group of this process. */
  readonly pid = Number.NaN
  readonly exitCode = null
  readonly signalCode = null
  readonly stdout = null
  readonly stderr = null
  send(_: unknown, sent: () => void): void {
    sent()
  }
  /** Nobody listens to it any more. */
  killed = false
  /** Of one that waits for its job, or whose answer is not needed any more. */
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
    // A process would end with it.
    if (job.flags.dryRun) buildWall().lower()
    here.emit('close', 0, null)
  })
  return here
}

/** Proofs share the client's classes, so that one comes after the other. */
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
