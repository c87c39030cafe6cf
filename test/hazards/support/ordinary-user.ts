// Runs the program as somebody to whom the rights of files apply, which they do not for the administrator.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, lchownSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Ended } from '../../support/run-program.js'

/** Somebody without rights of their own, on every Unix. */
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {}

/** Whether the program can be run like that: rights exist here, and it can be read. */
export const mayRun = (program: string): boolean =>
  process.platform !== 'win32' &&
  spawnSync(process.execPath, [program, '--version'], identity).status === 0

/** Runs a program in a folder that has been handed over. */
export function runAsUser(cwd: string, program: string, argv: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...argv], {
      cwd,
      env: { ...process.env, LOCKSTEP_DATABASE: '', FORCE_COLOR: '', NO_COLOR: '1' },
      ...identity,
    })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (stderr += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** Makes a folder and everything in it the user's own. */
export function handOver(folder: string): void {
  chmodSync(folder, 0o755)
  if (!isRoot) return
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  for (const name of ['', ...names]) lchownSync(join(folder, name), NOBODY, NOBODY)
}
