// Judges the copies that runs have made beside a database, and what they may have left there.
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { judge } from './judge.js'

const JUDGED = /\.judged(?:-wal|-shm|-journal)?$/
const OURS = /^(?:-wal|-shm|-journal)?$/

/** Names of files beside a database that begin like it: the copies, and what is neither a copy nor SQLite's. */
export function filesBeside(path: string): {
  readonly copies: string[]
  readonly strays: string[]
} {
  const rest = readdirSync(dirname(path))
    .filter(
      (name) => name.startsWith(`${basename(path)}.`) || name.startsWith(`${basename(path)}-`),
    )
    .filter((name) => !JUDGED.test(name) && !OURS.test(name.slice(basename(path).length)))
  const copies = rest.filter((name) => name.endsWith('.backup') || name.endsWith('.before-restore'))
  return { copies, strays: rest.filter((name) => !copies.includes(name)) }
}

/** There are as many copies as there should be, each whole and in a right state, and nothing else. */
export function judgeCopies(path: string, states: readonly string[][], wanted: number): string[] {
  const { copies, strays } = filesBeside(path)
  return [
    ...(copies.length === wanted ? [] : [`there are ${copies.length} copies instead of ${wanted}`]),
    ...strays.map(() => 'a stray file is left'),
    ...copies.flatMap((name) => judge(join(dirname(path), name), states).violations),
  ]
}
