// Threads and Node processes that migrations start get a wall of their own. Other programs do not.
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Worker as NodeWorker, WorkerOptions } from 'node:worker_threads'
import { packageFile } from '../cache/lockstep-package.js'

/** The module that raises a wall when it is loaded. */
function raising(): string {
  const built = extname(fileURLToPath(import.meta.url)) === '.js'
  const file = built ? 'dist/codegen/wall/raised.js' : 'codegen/wall/raised.ts'
  return pathToFileURL(join(dirname(packageFile()), file)).href
}

/** Threads, while `isUp` says so. */
export function wallOffThreads(isUp: () => boolean): void {
  const threads = createRequire(import.meta.url)('node:worker_threads') as {
    Worker: typeof NodeWorker
  }
  threads.Worker = class extends threads.Worker {
    constructor(file: string | URL, options: WorkerOptions = {}) {
      if (isUp()) super(behindWall(file, options), { ...options, eval: true })
      else super(file, options)
    }
  }
}

/** What a thread runs, after it has a wall: Node has no option that every thread obeys. */
function behindWall(file: string | URL, { eval: isCode }: WorkerOptions): string {
  const begin = `import(${JSON.stringify(raising())})`
  if (isCode) return `${begin}.then(() => {\n${String(file)}\n})`
  const module = /^(?:file|data):/.test(String(file))
    ? String(file)
    : pathToFileURL(String(file)).href
  return `${begin}.then(() => import(${JSON.stringify(module)}))`
}

/** Processes, from here until the function that it answers is called. */
export function wallOffProcesses(): () => void {
  const { NODE_OPTIONS: before } = process.env
  process.env['NODE_OPTIONS'] = `${before ?? ''} --import=${raising()}`.trim()
  return () => {
    if (before === undefined) delete process.env['NODE_OPTIONS']
    else process.env['NODE_OPTIONS'] = before
  }
}
