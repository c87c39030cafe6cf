// The process that replays: it runs the migrations' own code, so it must be possible to end it from outside. Loads neither
// the compiler nor the formatter.
import { writeSync } from 'node:fs'
import { endWithParent } from '../../project/end-with-parent.js'
import { noteReads } from './note-reads.js'
import { runJob, failed } from './run-job.js'
import { buildWall } from '../../wall/build-wall.js'
import { LateWork } from '../../wall/late-work.js'
import type { PassJob, PassMessage } from './protocol.js'
import { noteProgress } from './progress-file.js'

endWithParent(Number(process.argv[2]))

/** Neither the migrations nor the configuration reach a database but their own, from their first line on. */
const wall = buildWall()
wall.raise()

/** Told as a finding, and nothing that ends the process. */
const late = new LateWork('hurries')

/** Loaded while the job is still waited for. */
void Promise.all([import('../schema/prove-schema.js'), import('../rows/prove-rows.js')])

/** The first rejection that nobody handled; it would have ended an application. */
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
    // Rejections are told when nothing else is left to do in this round.
    .then((answer) => new Promise<PassMessage>((resolve) => setImmediate(resolve, answer)))
    .then((answer) => post(unhandled ?? answer))
    // Whatever migrations or `open` have left running must not keep this process alive.
    .then(() => process.exit(0))
})

/** The build may be gone; then nobody is left to be told. */
function post(message: PassMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, {}, () => resolve())
    else resolve()
  })
}
