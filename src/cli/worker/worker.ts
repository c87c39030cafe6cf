// The process that works on the database, beside the command: there, signals are heard and progress moves while SQLite
// is busy here. It ignores signals itself. Between two steps it looks whether it is to stop, or whether the command is
// gone; then it ends cleanly. Killed in the middle of a step, it leaves that step to SQLite, which rolls it back.
import { existsSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { describeError } from '../terminal/describe-error.js'
import { locateFailure } from '../terminal/locate-failure.js'
import { doJob } from './do-job.js'
import type { JobContext } from './job-context.js'
import type { Job, WorkerMessage } from './protocol.js'

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

const job = JSON.parse(process.argv[2] ?? '') as Job
const context: JobContext = {
  send: (message) => void post(message),
  signal: {
    get aborted() {
      return existsSync(job.stopMarker) || process.ppid !== job.parent
    },
  },
  folders: null,
}

await post(await answer())
if (process.ppid !== job.parent) rmSync(dirname(job.stopMarker), { recursive: true, force: true })
// Whatever the project's `open` has left running must not keep this process alive.
process.exit()

async function answer(): Promise<WorkerMessage> {
  try {
    return { type: 'done', result: await doJob(job, context) }
  } catch (error) {
    const located = context.folders && locateFailure(error, context.folders)
    return { type: 'failed', error: { ...describeError(error), ...located } }
  }
}

/** The command may be gone; then nobody is left to be told. */
function post(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(message, undefined, {}, () => resolve())
    else resolve()
  })
}
