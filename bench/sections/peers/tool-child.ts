// A running process of a tool that waits with an open database until it is told to migrate.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** How the process is led, and how it ended. */
export interface ToolChild {
  /** Lets it migrate, at a moment that `Date.now` will answer. */
  go(moment: number): void
  /** Ends it at once, as SIGKILL does. */
  kill(): void
  readonly ended: Promise<{ readonly succeeded: boolean; readonly wasKilled: boolean }>
}

/** No migration of this benchmark takes so long: what is still waiting then waits for ever. */
const LIMIT_MS = 30_000

/** Starts a program of a tool, and answers when its database is open. */
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
