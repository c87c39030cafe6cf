// What migrating and rolling back share: the worker, what is shown meanwhile, and the answer.
import type { RunReport } from '../../model/report.js'
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
  const watcher = await watchRun(invocation)
  const seen: { opened?: OpenedMessage } = {}
  try {
    const watched = { ...invocation, terminal: watcher.terminal }
    const report = await runInWorker(work, watched, (message) => {
      if (message.type === 'event') watcher.hear(message.event)
      else tellOpened((seen.opened = message), watched)
    })
    return answer(work, seen.opened?.path ?? '', report, invocation)
  } finally {
    watcher.stop()
  }
}

function tellOpened(
  { path, existed, madeFolder }: OpenedMessage,
  { cwd, terminal }: Invocation,
): void {
  if (madeFolder) terminal.say(`Made the folder ${displayPath(madeFolder, cwd)} for the database.`)
  terminal.detail(`Opened ${path}${existed ? '' : ', which did not exist yet'}.`)
}

function answer(
  work: 'migrate' | 'rollback',
  database: string,
  report: RunReport | null,
  { cwd }: Invocation,
): CommandResult {
  const done = report ?? { from: 0, to: 0, steps: [], durationMs: 0 }
  return {
    exitCode: EXIT.done,
    json: { database, ...done, dryRun: false },
    text: (style) => renderRun({ work, database: displayPath(database, cwd), report: done }, style),
  }
}
