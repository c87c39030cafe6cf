// Starts the process that replays one pass, receives its messages, and ends it on timeout or when its answer is no longer wanted.
import { endGroup, OWN_GROUP } from '../../project/end-with-parent.js'
import { beforeSignals } from '../../project/before-signals.js'
import { ownFile } from '../../project/lockstep-package.js'
import { fork, type ChildProcess } from 'node:child_process'
import type { Pass, PassJob, PassMessage, PassResults, Obstacle } from './protocol.js'
import type { Standing } from './replay-problems.js'
import { openProgressFile, type ProgressFile } from './progress-file.js'

/** The limits of a process. */
export interface Limits {
  readonly timeoutMs: number
  /** Aborted when the answer is no longer wanted. */
  readonly signal: AbortSignal
  /** A waiting process; if absent, one is started now. It has ended afterwards. */
  readonly process?: PassProcess
}

/** A process that waits for its pass. */
export interface PassProcess {
  /** Sends the job, and returns how it ended. */
  readonly prove: (job: PassJob) => Promise<PassEnd<Pass>>
  /** Where it is; null before the first side, and after it has ended. */
  readonly standing: () => Standing | null
  /** Ends it at once, whatever it does. */
  readonly kill: () => void
}

/** A way to get a process that runs a pass. */
export type StartLine = () => PassProcess

/** How a pass ended: with its answer, or before it. */
export type PassEnd<L extends Pass> =
  | { readonly kind: 'done'; readonly result: PassResults[L]; readonly reads: readonly string[] }
  | PassFailure

/** A pass without an answer. `at` is where it was; null before the first migration. */
export type PassFailure =
  | (Obstacle & { readonly at: Standing | null })
  | { readonly kind: 'timed-out' | 'aborted'; readonly at: Standing | null }
  | { readonly kind: 'died'; readonly at: Standing | null; readonly reason: string }

/**
 * Runs one pass in a process of its own. Output of migrations is dropped. No process outlives the time limit, a signal to this process, or
 * its end.
 */
export async function runPass<L extends Pass>(
  job: PassJob & { readonly pass: L },
  { timeoutMs, signal, process: { prove, kill } = startPass() }: Limits,
): Promise<PassEnd<L>> {
  let late = false
  const timer = setTimeout(() => {
    late = true
    kill()
  }, timeoutMs)
  signal.addEventListener('abort', kill)
  try {
    const end = (await prove(job)) as PassEnd<L>
    if (end.kind !== 'died') return end
    if (signal.aborted) return { kind: 'aborted', at: end.at }
    return late ? { kind: 'timed-out', at: end.at } : end
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', kill)
  }
}

/** Starts a process before its pass is known, to get ready while the build still reads. */
export function startPass(): PassProcess {
  const standing = openProgressFile()
  const child = start(standing)
  const release = bindTo(child)
  let isGone = false
  const end = endOf(child, standing).finally(() => {
    isGone = true
    release()
    standing.close()
  })
  return {
    prove(job) {
      child.send(job, () => {})
      return end
    },
    standing: () => (isGone ? null : standing.read()),
    kill: () => endGroup(child),
  }
}

/** The same kind of file as this one: built files start built files. */
function start({ descriptor }: ProgressFile): ChildProcess {
  return fork(ownFile('codegen/replay/process/worker'), [String(process.pid)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', descriptor ?? 'ignore'],
    execArgv: [],
    ...OWN_GROUP,
  })
}

/** Ends the child with this process. */
function bindTo(child: ChildProcess): () => void {
  const kill = (): void => endGroup(child)
  const release = beforeSignals(kill)
  process.on('exit', kill)
  return () => {
    release()
    process.off('exit', kill)
  }
}

function endOf(child: ChildProcess, standing: ProgressFile): Promise<PassEnd<Pass>> {
  let last: PassEnd<Pass> | Obstacle | null = null
  const said = lastErrorOf(child)
  return new Promise((resolve) => {
    child.on('message', (message: PassMessage) => {
      if (message.type === 'done')
        last = { kind: 'done', result: message.result, reads: message.reads }
      else if (message.type === 'failed') last = message.obstacle
    })
    child.on('error', ({ message }) =>
      resolve({ kind: 'died', at: standing.read(), reason: message }),
    )
    // Everything that the process wrote has been read only after `close`.
    child.on('close', (code, signal) => {
      const how = signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`
      const at = standing.read()
      if (last === null) resolve({ kind: 'died', at, reason: [how, ...said()].join(': ') })
      else resolve(last.kind === 'done' ? last : { ...last, at })
    })
  })
}

/** Reads both streams, which would block the process when full, and keeps the last error message. */
function lastErrorOf(child: ChildProcess): () => string[] {
  let tail = ''
  child.stdout?.resume()
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-4000)
  })
  return () => (tail.match(/^(?:Uncaught )?\w*Error\b.*$|^FATAL ERROR: .*$/gm) ?? []).slice(-1)
}
