// What the commands that copy databases share: the worker, and the bar that shows the pages.
import type { Invocation } from '../command/command.js'
import { tellSettings } from '../settings/tell-settings.js'
import type { JobResults } from './protocol.js'
import { tellOpened } from './run-migrations.js'
import { runInWorker } from './run-in-worker.js'
import { watchRun } from './watch-run.js'

/** Has a copy made beside this process. Throws what copying throws. */
export async function runCopying<W extends 'backup' | 'restore'>(
  work: W,
  invocation: Invocation,
): Promise<JobResults[W]> {
  await tellSettings(invocation)
  const watcher = await watchRun(invocation)
  try {
    return await runInWorker(work, { ...invocation, terminal: watcher.terminal }, (message) => {
      if (message.type === 'event') watcher.hear(message.event)
      if (message.type === 'copying') watcher.copying(message)
      if (message.type === 'opened') tellOpened(message, invocation)
    })
  } finally {
    watcher.stop()
  }
}
