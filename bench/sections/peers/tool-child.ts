// Starts a process of a tool that waits with an open database until it is told to migrate.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** Controls the process, and reports how it ended. */
export interface ToolChild {
  /** Makes it migrate at a time in terms of `Date.now`. */
  go(moment: number): void
  /** Sends SIGKILL. */
  kill(): void
  readonly ended: Promise<{ readonly succeeded: boolean; readonly wasKilled: boolean }>
}

/** No migration of this benchmark takes this long: a process that is still waiting then would wait forever. */
const LIMIT_MS = 30_000

/** Starts a program of a tool; resolves once its database is open, or the process has ended. */
export async function startTool(program: string, args: readonly string[]): Promise<ToolChild> {
  const child = spawn(process.execPath, [program, ...args, 'wait'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  })
  const ended = once(child, 'close').then(([code, signal]) => ({
    succeeded: code === 0,
    wasKilled: signal !== null,
  }))
  await Promise.race([once(child.stdout, 'data'), ended])
  child.stdout.resume()
  child.stdin.on('error', () => {})
  return {
    go: (moment) => void child.stdin.write(`${moment}\n`),
    kill: () => void child.kill('SIGKILL'),
    ended,
  }
}
