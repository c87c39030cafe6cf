// Warns before something is done to a database in which a step outside a transaction may still be running.
import { seenOf } from '../database/own-process.js'

/** The warning, with who began the step; `owner` is null if the ledger does not say. */
export function describeRunning(id: string, name: string, owner: string | null): string {
  const running = `${id} ${name} was started outside a transaction, and the ledger does not show whether it is still running${owner === null ? '' : ` (${owner})`}: a long statement gives no sign of life. If it is, it would run beside what is run next, or twice.`
  return [running, seenOf(owner)].filter(Boolean).join(' ')
}
