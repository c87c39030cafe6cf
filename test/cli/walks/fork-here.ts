// In place of `fork`: has the command line's own processes do their work inside this one, since starting them takes longer
// than everything else in a walk.
import { EventEmitter } from 'node:events'
import type { NotedReads } from '../../../codegen/replay/process/note-reads.js'
import type { PassJob } from '../../../codegen/replay/process/protocol.js'
import { runJob } from '../../../codegen/replay/process/run-job.js'
import { buildWall } from '../../../codegen/wall/build-wall.js'
import { LateWork } from '../../../codegen/wall/late-work.js'
import { Wall } from '../../../codegen/wall/wall.js'
import { describeError } from '../../../src/cli/terminal/describe-error.js'
import { doJob } from '../../../src/cli/worker/do-job.js'
import type { Job } from '../../../src/cli/worker/protocol.js'

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
  /** Of one that waits for its job. */
  kill(): boolean {
    return this.emit('close', null, 'SIGKILL')
  }
}

/** Takes the place of `fork` in `node:child_process`. */
export function forkHere(file: string, args: readonly string[]): ProcessHere {
  return /\bsrc\/cli\/worker\b/.test(file) ? worker(JSON.parse(args[0] ?? '') as Job) : prover()
}

function worker(job: Job): ProcessHere {
  const here = new ProcessHere()
  const post = (message: unknown): void => void here.emit('message', asSent(message))
  const context = { send: post, signal: { aborted: false }, folders: null }
  setImmediate(async () => {
    try {
      post({ type: 'done', result: await doJob(job, context) })
    } catch (error) {
      post({ type: 'failed', error: describeError(error) })
    }
    // A process would end with it.
    if (job.flags.dryRun) buildWall().lower()
    here.emit('close', 0, null)
  })
  return here
}

/** Proofs share the client's classes, so that one comes after the other. */
let last: Promise<unknown> = Promise.resolve()

function prover(): ProcessHere {
  const here = new ProcessHere()
  here.send = (job, sent) => {
    sent()
    const behind = { wall: new Wall(), late: new LateWork(), tell() {}, noteReads: () => NO_READS }
    last = last
      .then(() => runJob(job as PassJob, behind))
      .then((answer) => here.emit('message', asSent(answer)))
      .finally(() => here.emit('close', 0, null))
  }
  return here
}

const NO_READS: NotedReads = { during: (work) => work(), all: () => [] }

const asSent = (message: unknown): unknown => JSON.parse(JSON.stringify(message))
