// The process that runs migrations, as the ledger names it while a step outside a transaction is under way, and what is seen of
// one that is named there.
import { hostname } from 'node:os'

/** This process: the `owner` of what it runs. */
export const ownProcess = (): string => `process ${process.pid} on ${hostname()}`

/** Whether the owner of a step is still there: a sentence, or '' where this machine cannot tell. */
export function seenOf(owner: unknown): string {
  const [, id, host] = /^process (\d+) on (.+)$/.exec(String(owner)) ?? []
  if (id === undefined || host !== hostname()) return ''
  if (!isThere(Number(id))) return `There is no process ${id} here any more.`
  const look = process.platform === 'win32' ? `tasklist /v /fi "PID eq ${id}"` : `ps -fp ${id}`
  return `There is a process ${id} here now: \`${look}\` shows what it is, and nothing of it once it has ended.`
}

function isThere(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch (error) {
    // One of somebody else may not be asked.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
