// Shows that work without steps is running if it takes a while; the display is loaded only then.
import { beforeSignals } from '../../../codegen/project/before-signals.js'
import type { Invocation, Terminal } from '../command/command.js'
import { generateRecovered } from '../generate/end-renumbering.js'
import type { Generated } from '../generate/generate-each.js'
import type { Settings } from '../settings/settings.js'
import type { Watcher } from './watch-run.js'

/** Most work ends sooner. */
const QUICK_MS = 300

/** Runs work; `what` names it for whoever waits. The terminal passed to the work prints above the display. */
export async function shown<T>(
  invocation: Invocation,
  what: string,
  work: (terminal: Terminal) => Promise<T>,
): Promise<T> {
  const { terminal } = invocation
  let watcher: Watcher | undefined
  let release: (() => void) | undefined
  const open = async (): Promise<void> => {
    const { watchRun } = await import('./watch-run.js')
    watcher = await watchRun(invocation)
    watcher.begin(what)
    // A bar hides the cursor.
    if (terminal.interactive) release = beforeSignals(() => watcher?.stop())
  }
  let opening: Promise<void> | undefined
  const timer = setTimeout(() => (opening = open()), QUICK_MS)
  const say: Terminal['say'] = (...lines) => (watcher?.terminal ?? terminal).say(...lines)
  try {
    return await work({ ...terminal, say })
  } finally {
    clearTimeout(timer)
    await opening
    watcher?.stop()
    release?.()
  }
}

/** What generating is called while it is running. */
export const CHECKING = 'checking the migrations'

/** Generates for every database. Throws what generating throws. */
export const generateShown = (
  all: readonly Settings[],
  invocation: Invocation,
): Promise<Generated> => shown(invocation, CHECKING, (terminal) => generateRecovered(all, terminal))
