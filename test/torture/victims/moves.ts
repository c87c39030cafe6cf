// The migrations that are renumbered: every second one of a folder has the number of the one before it.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Move } from '../../../codegen/renumber/move-files.js'

const COUNT = 40
const id = (n: number): string => String(n).padStart(3, '0')
const textOf = (n: number, version: number): string => `-- step ${n}, version ${version}\n`

/** By name, what the folder holds before renumbering and after it. Every third one states its version. */
export const CONTENT: Readonly<Record<'before' | 'after', ReadonlyMap<string, string>>> = {
  before: new Map([
    ['001_step.sql', textOf(0, 1)],
    ...numbers().map((n) => [`${id(n)}_mine_${n}.sql`, textOf(n, n)] as const),
  ]),
  after: new Map([
    ['001_step.sql', textOf(0, 1)],
    ...numbers().map(
      (n) => [`${id(n + 1)}_mine_${n}.sql`, textOf(n, n % 3 === 0 ? n + 1 : n)] as const,
    ),
  ]),
}

function numbers(): number[] {
  return Array.from({ length: COUNT }, (_, index) => index + 1)
}

/** Writes the folder as it is before. */
export function writeMigrations(folder: string): void {
  for (const [name, text] of CONTENT.before) writeFileSync(join(folder, name), text)
}

/** What is to be moved, by what the folder holds; nothing once all have their new names. */
export function movesOf(folder: string): Move[] {
  const present = new Set(readdirSync(folder))
  return numbers()
    .filter((n) => present.has(`${id(n)}_mine_${n}.sql`))
    .map((n) => {
      const [file, becomes] = [`${id(n)}_mine_${n}.sql`, `${id(n + 1)}_mine_${n}.sql`]
      const [path, target] = [join(folder, file), join(folder, becomes)]
      return { path, target, file, becomes, text: n % 3 === 0 ? textOf(n, n + 1) : null }
    })
}
