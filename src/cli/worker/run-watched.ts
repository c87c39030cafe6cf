// Shared by all commands that change the database: the worker, and the display meanwhile.
import type { Invocation } from '../command/command.js'
import { historyOf } from '../render/with-history.js'
import { tellPicked } from '../settings/tell-settings.js'
import type { JobResults, Work } from './protocol.js'
import { runInWorker, type Listener, type WorkOrder } from './run-in-worker.js'
import { watchRun } from './watch-run.js'

/**
 * Runs a job in the worker, and shows its progress. `hear` also receives the worker's messages, with the terminal to use
 * meanwhile. Throws what the work throws.
 */
export async function runWatched<W extends Work>(
  work: W,
  order: WorkOrder,
  hear: (message: Parameters<Listener>[0], watched: Invocation) => void = () => {},
): Promise<JobResults[W]> {
  const watcher = await watchRun(order)
  const watched = { ...order, terminal: watcher.terminal }
  let of: ReturnType<typeof historyOf> = {}
  try {
    return await runInWorker(work, watched, (message) => {
      // A trial before a question is not a part of the run.
      if (message.type === 'about') of = historyOf(message)
      if (!order.trial) tellProgram(message, of, order.terminal)
      if (message.type === 'event') watcher.hear(message.event)
      if (message.type === 'picked') tellPicked(message, order.terminal)
      if (message.type === 'working') watcher.working(message)
      hear(message, watched)
    })
  } finally {
    watcher.stop()
  }
}

/** Other histories may be in the same file. */
function tellProgram(
  message: Parameters<Listener>[0],
  history: ReturnType<typeof historyOf>,
  { tell }: Invocation['terminal'],
): void {
  if (message.type === 'event') tell({ ...message.event, ...history })
  if (message.type === 'working') tell({ ...message, ...history })
}
