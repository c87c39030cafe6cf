// Names the process that runs migrations for the ledger while a step outside a transaction is running, and checks on a process
// named there.
import { hostname } from 'node:os'

/** This process, as the `owner` of what it runs. */
export const ownProcess = (): string => `process ${process.pid} on ${hostname()}`

/** Whether the owner of a step still exists: a sentence, or '' if this machine cannot tell. */
export function seenOf(owner: unknown): string {
  const [, id, host] = /^process (\d+) on (.+)$/.exec(String(owner)) ?? []
  if (id === undefined || host !== hostname()) return ''
  if (!isThere(Number(id))) return `Process ${id} no longer exists here.`
  const look = process.platform === 'win32' ? `tasklist /v /fi "PID eq ${id}"` : `ps -fp ${id}`
  return `There is a process ${id} here now: \`${look}\` shows what it is, and nothing once it has ended.`
}

function isThere(id: number): boolean {
  try {
    return process.kill(id, 0)
  } catch (error) {
    // Signalling another user's process may not be permitted.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
