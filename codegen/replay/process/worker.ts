// The process that replays: it runs the migrations' own code, so it can be ended from outside. Loads neither the compiler nor the
// formatter.
import { writeSync } from 'node:fs'
import { endWithParent } from '../../project/end-with-parent.js'
import { noteReads } from './note-reads.js'
import { runJob, failed } from './run-job.js'
import { buildWall } from '../../wall/build-wall.js'
import { LateWork } from '../../wall/late-work.js'
import type { PassJob, PassMessage } from './protocol.js'
import { noteProgress } from './progress-file.js'

endWithParent(Number(process.argv[2]))

/** Migrations and configuration can reach no database but their own, from their first line on. */
const wall = buildWall()
wall.raise()

/** Late work is reported as a finding, and does not end the process. */
const late = new LateWork('hurries')

/** Loaded while waiting for the job. */
void Promise.all([import('../schema/prove-schema.js'), import('../rows/prove-rows.js')])

/** The first unhandled rejection; it would have ended an application. */
let unhandled: PassMessage | null = null
process.on('unhandledRejection', (reason, promise) => {
  if (!late.isKnown(reason)) unhandled ??= failed('rejected', reason, late.makerOf(promise))
})
process.on('uncaughtException', (error) => {
  if (late.isKnown(error)) return
  writeSync(2, `${error?.stack ?? error}\n`)
  process.exit(1)
})

process.once('message', (job: PassJob) => {
  const report = (message: PassMessage): void =>
    message.type === 'at' ? noteProgress(message) : void post(message)
  void runJob(job, { wall, late, tell: report, noteReads, forgivesTrials: true })
    // Node reports rejections when nothing else is left to do in this turn.
    .then((answer) => new Promise<PassMessage>((resolve) => setImmediate(resolve, answer)))
    .then((answer) => post(unhandled ?? answer))
    // Whatever migrations or `open` have left running must not keep this process alive.
    .then(() => process.exit(0))
})

/** The build may be gone, so that nobody receives it. */
function post(message: PassMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, {}, () => resolve())
    else resolve()
  })
}
