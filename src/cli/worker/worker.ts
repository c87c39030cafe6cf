// The worker process on the database, separate from the command so that signals and progress are handled while SQLite is busy
// here. It ignores signals itself. Between two steps it checks whether it has to stop, or whether the command is gone; then it
// ends cleanly. On a copy it ends with the command at once. If it is killed in the middle of a step, SQLite rolls that step back.
import { existsSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { endWithParent } from '../../../codegen/project/end-with-parent.js'
import { removeDatabase } from '../backup/durable-file.js'
import { describeError } from '../terminal/describe-error.js'
import { locateFailure } from '../terminal/locate-failure.js'
import { doJob } from './do-job.js'
import type { JobContext } from './job-context.js'
import { isTrial, type Job, type WorkerMessage } from './protocol.js'

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

const job = JSON.parse(process.argv[2] ?? '') as Job
const folder = dirname(job.stopMarker)
/** Called with files that must not outlive this process. */
const alsoRemove = isTrial(job)
  ? endWithParent(job.parent, job.copy === undefined ? [folder] : [folder, job.copy])
  : leaveWithParent()

const context: JobContext = {
  send(message) {
    if (message.type === 'temporary') alsoRemove(message.path)
    void post(message)
  },
  signal: {
    get aborted() {
      return existsSync(job.stopMarker) || process.ppid !== job.parent
    },
  },
  folders: null,
}

await post(await answer())
if (process.ppid !== job.parent) rmSync(folder, { recursive: true, force: true })
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

/** The command may be gone; then nobody is listening. */
function post(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(message, undefined, {}, () => resolve())
    else resolve()
  })
}

/**
 * Ends this process with the command at its next wait: nothing is half done then but a copy. Listening for that must not keep it
 * alive.
 */
function leaveWithParent(): (path: string) => void {
  const paths: string[] = []
  process.once('disconnect', () => {
    for (const path of paths) removeDatabase(path)
    rmSync(folder, { recursive: true, force: true })
    process.exit()
  })
  process.channel?.unref()
  return (path) => paths.push(path)
}
