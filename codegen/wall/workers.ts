// Gives threads and Node processes that migrations start a wall of their own. Other programs get none.
import type { ChildProcess as NodeChild } from 'node:child_process'
import { createRequire } from 'node:module'
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Worker as NodeWorker, WorkerOptions } from 'node:worker_threads'
import { ownFile } from '../project/lockstep-package.js'
import type { Wall } from './wall.js'

const require = createRequire(import.meta.url)

/** The URL of the module that raises a wall when it is loaded. */
const raising = (): string => pathToFileURL(ownFile('codegen/wall/raised')).href

/** Gives every thread that is started while the wall is up a wall of its own. */
export function wallOffThreads(wall: Wall): void {
  const threads = require('node:worker_threads') as { Worker: typeof NodeWorker }
  threads.Worker = class extends threads.Worker {
    constructor(file: string | URL, options: WorkerOptions = {}) {
      if (wall.isUp) super(behindWall(file, options), { ...options, eval: true })
      else super(file, options)
      const given = options.eval ? '…' : JSON.stringify(String(file))
      if (wall.isUp) wall.tell({ kind: 'started', text: `new Worker(${given})` })
    }
  }
}

/** Code that raises a wall and then runs the thread's own: no option of Node applies to every kind of thread. */
function behindWall(file: string | URL, { eval: isCode }: WorkerOptions): string {
  const begin = `import(${JSON.stringify(raising())})`
  if (isCode) return `${begin}.then(() => {\n${String(file)}\n})`
  const module = /^(?:file|data):/.test(String(file))
    ? String(file)
    : pathToFileURL(String(file)).href
  return `${begin}.then(() => import(${JSON.stringify(module)}))`
}

interface Processes {
  readonly ChildProcess: { readonly prototype: { spawn(options: Started): unknown } & NodeChild }
  spawnSync: Start
  execFileSync: Start
  execSync: Start
}

type Start = (...values: unknown[]) => unknown
type Environment = Readonly<Record<string, string | undefined>>

/** The options as Node normalizes them, whichever function they were passed to. */
interface Started {
  readonly envPairs?: readonly string[]
  readonly args?: readonly string[]
}

/** Gives every Node process that is started while the wall is up a wall, through the environment it really gets. */
export function wallOffProcesses(wall: Wall): void {
  const processes = require('node:child_process') as Processes
  const { prototype } = processes.ChildProcess
  const { spawn } = prototype
  prototype.spawn = function (options) {
    if (!wall.isUp) return spawn.call(this, options)
    wall.tell({ kind: 'started', text: commandOf(options.args) })
    return spawn.call(this, { ...options, envPairs: pairsOf(options) })
  }
  for (const name of ['spawnSync', 'execFileSync', 'execSync'] as const) {
    const start = processes[name]
    processes[name] = (...values) => {
      if (!wall.isUp) return start(...values)
      const [file, args] = values
      wall.tell({ kind: 'started', text: commandOf([file, ...(Array.isArray(args) ? args : [])]) })
      return start(...withEnvironment(values))
    }
  }
}

/** The command as a person would type it: the program without its folder; for a shell, the command passed to it. */
function commandOf(words: readonly unknown[] = []): string {
  const [program = '', ...args] = words.map(String)
  const [option, command] = args
  if (args.length === 2 && command !== undefined && /^(?:-c|\/d \/s \/c)$/.test(option ?? ''))
    return command
  return [basename(program), ...args].join(' ')
}

function pairsOf({ envPairs }: Started): string[] {
  const pairs = envPairs ?? Object.entries(process.env).map(([name, value]) => `${name}=${value}`)
  const own = pairs.filter((pair) => /^NODE_OPTIONS=/i.test(pair))
  const options = own[0]?.slice('NODE_OPTIONS='.length)
  return [...pairs.filter((pair) => !own.includes(pair)), `NODE_OPTIONS=${withWall(options)}`]
}

/** The arguments of a synchronous function with the wall added to `env`: a file, perhaps its arguments, perhaps options. */
function withEnvironment(values: readonly unknown[]): unknown[] {
  const at = values.findIndex((value, index) => index > 0 && isOptions(value))
  const options = (values[at] ?? {}) as { readonly env?: Environment | null }
  const env: Record<string, string | undefined> = {}
  const given = options.env ?? process.env
  // Node passes on inherited properties of `env` too.
  for (const name in given) env[name] = given[name]
  env['NODE_OPTIONS'] = withWall(env['NODE_OPTIONS'])
  const walled = { ...options, env }
  if (at > 0) return values.with(at, walled)
  return [...values.filter((value, index) => index === 0 || value != null), walled]
}

const isOptions = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function withWall(options = ''): string {
  const own = `--import=${raising()}`
  return options.includes(own) ? options : `${options} ${own}`.trim()
}
