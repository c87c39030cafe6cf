// Ends processes that Lockstep starts for trials, which may be ended at any moment: together with everything they have started,
// and together with the process that wants their result.
import type { ChildProcess } from 'node:child_process'
import { Worker } from 'node:worker_threads'

/** For `fork`: what the process starts belongs to its group. Windows has no process groups, and would open a window. */
export const OWN_GROUP = { detached: process.platform !== 'win32' }

/** Ends a process that was started with `OWN_GROUP`, and all that it has started. */
export function endGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  try {
    if (OWN_GROUP.detached) process.kill(-child.pid, 'SIGKILL')
  } catch {
    // It has no group yet, or no longer.
  }
  child.kill('SIGKILL')
}

/**
 * Ends this process when the one that wants its result is gone. In a thread of its own, because a migration may be in a loop that
 * lets nothing else run here. The parent's id is passed in: asked later, the system might already return another.
 */
const WATCH = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { rmSync } = require('node:fs')
  const { paths } = workerData
  parentPort.on('message', (path) => paths.push(path))
  const end = () => {
    for (const path of paths)
      for (const suffix of ['', '-wal', '-shm', '-journal'])
        try { rmSync(path + suffix, { recursive: true, force: true }) } catch {}
    try { if (workerData.detached) process.kill(-process.pid, 'SIGKILL') } catch {}
    process.kill(process.pid, 'SIGKILL')
  }
  setInterval(() => process.ppid === workerData.parent || end(), 250)
`

/**
 * Starts watching; must be called before any wall is raised. Folders and databases at `paths` are removed with the process, and
 * so are those passed to the returned function.
 */
export function endWithParent(
  parent: number,
  paths: readonly string[] = [],
): (path: string) => void {
  const watch = new Worker(WATCH, { eval: true, workerData: { parent, paths, ...OWN_GROUP } })
  watch.unref()
  return (path) => watch.postMessage(path, [])
}
