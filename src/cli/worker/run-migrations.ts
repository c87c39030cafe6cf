// What migrating and rolling back share: the worker, what is shown meanwhile, and the answer.
import type { RunReport } from '../../model/report.js'
import { lookAtFile } from '../database/look-at-file.js'
import { databaseOf } from '../settings/database-of.js'
import { loadSettings } from '../settings/load-settings.js'
import type { CommandResult, Invocation } from '../command.js'
import { EXIT } from '../exit-code.js'
import { displayPath } from '../render/display-path.js'
import { renderRun } from '../render/run.js'
import type { OpenedMessage } from './protocol.js'
import { runInWorker } from './run-in-worker.js'
import { watchRun } from './watch-run.js'

/** Runs migrations in the direction of `work`. Throws what the run throws. */
export async function runMigrations(
  work: 'migrate' | 'rollback',
  invocation: Invocation,
): Promise<CommandResult> {
  const watcher = watchRun(work, invocation)
  let opened: OpenedMessage | null = null
  let report: RunReport | null
  try {
    report = await runInWorker(work, watcher.invocation, (message) => {
      if (message.type === 'opened') opened = message
      else watcher.hear(message.event)
    })
  } finally {
    watcher.stop()
  }
  return answer(work, invocation, opened, report)
}
