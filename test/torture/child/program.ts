// Compiles the migrating process from the sources, and starts it.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import type { Sign, Task } from './task.js'

/** How a process ended. */
export interface End {
  /** Null when it was killed. */
  readonly code: number | null
  readonly stderr: string
  /** What it had said. */
  readonly signs: readonly Sign[]
}

/** A process under way. */
export interface Migrator {
  /** Sends SIGKILL; nothing happens when it has ended already. */
  kill(): void
  /** Lets a process begin that waits for it. */
  begin(): void
  readonly ended: Promise<End>
}

/** The compiled program. */
export interface Program<T = Task> {
  /** Starts a process; `hear` is called with every sign it gives. */
  start(task: T, hear?: (sign: Sign, migrator: Migrator) => void): Migrator
  /** Deletes what was compiled. */
  remove(): void
}

/** Compiles the program that migrates from the sources below `root`, beside the installed packages that it imports. */
export const migratorProgram = (root: string): Promise<Program> => programOf<Task>(root, 'migrator')

/** The same with another file of this folder, and what that is told. */
export async function programOf<T>(root: string, name: string): Promise<Program<T>> {
  const cache = join(root, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'lockstep-torture-'))
  const file = join(folder, `${name}.mjs`)
  await build({
    entryPoints: [join(root, 'test', 'torture', 'child', `${name}.ts`)],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
    tsconfigRaw: {},
  })
  return {
    start: (task, hear) => start(file, task, hear),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function start(
  file: string,
  task: unknown,
  hear: (sign: Sign, migrator: Migrator) => void = () => {},
): Migrator {
  const child = spawn(process.execPath, [file, JSON.stringify(task)])
  const signs: Sign[] = []
  const migrator: Migrator = {
    kill: () => void child.kill('SIGKILL'),
    begin: () => void child.stdin.end('begin\n'),
    ended: endOf(child, signs),
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [is, version] = line.split(' ') as [Sign['is'], string]
    const sign = { is, version: Number(version) }
    signs.push(sign)
    hear(sign, migrator)
  })
  return migrator
}

function endOf(child: ChildProcess, signs: readonly Sign[]): Promise<End> {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stderr, signs }))
  })
}
