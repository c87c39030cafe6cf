// Judges a database after a crash or a run: what is wrong with it, in sentences. Nothing wrong is an empty list.
import { copyFileSync, existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { stateOf, versionsOf } from './state.js'

/** What was found in a database file. */
export interface Verdict {
  /** The highest version in the ledger. */
  readonly version: number
  readonly violations: readonly string[]
}

/** The files beside a database that belong to it, as far as recovery needs them. */
const SIDE_FILES = ['-journal', '-wal'] as const

/**
 * Judges a file by a copy of it, which is recovered in its place: the file itself stays as the crash has left it.
 * `states` are the right states by version.
 */
export function judge(path: string, states: readonly string[][]): Verdict {
  const copy = `${path}.judged`
  for (const side of ['', ...SIDE_FILES])
    if (existsSync(path + side)) copyFileSync(path + side, copy + side)
  const db = new Database(copy)
  try {
    return judgeOpen(db, states)
  } finally {
    db.close()
  }
}

/** Judges an open database. */
export function judgeOpen(db: Database.Database, states: readonly string[][]): Verdict {
  const violations: string[] = []
  const integrity = db.pragma('integrity_check', { simple: true })
  if (integrity !== 'ok') violations.push(`integrity_check says ${String(integrity)}`)
  const orphans = db.pragma('foreign_key_check') as unknown[]
  if (orphans.length > 0) violations.push(`${orphans.length} rows have lost their parent`)
  const version = versionsOf(db).at(-1) ?? 0
  violations.push(...stepsNotOnce(db, version), ...difference(stateOf(db), states[version] ?? []))
  return { version, violations }
}

/** Every step up to the version has written its number once. */
function stepsNotOnce(db: Database.Database, version: number): string[] {
  if (!db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'applied_steps'").get())
    return version === 0 ? [] : ['the steps of the ledger have left nothing']
  const rows = db
    .prepare<[], { n: number; times: number }>(
      'SELECT n, count(*) AS times FROM applied_steps GROUP BY n',
    )
    .all()
  const times = new Map(rows.map((row) => [row.n, row.times]))
  return Array.from({ length: Math.max(version, ...times.keys()) }, (_, index) => index + 1)
    .filter((n) => (times.get(n) ?? 0) !== (n <= version ? 1 : 0))
    .map((n) => `step ${n} was applied ${times.get(n) ?? 0} times, and the ledger is at ${version}`)
}

function difference(found: readonly string[], right: readonly string[]): string[] {
  const [has, wants] = [new Set(found), new Set(right)]
  return [
    ...right.filter((line) => !has.has(line)).map((line) => `lacks ${line.slice(0, 120)}`),
    ...found.filter((line) => !wants.has(line)).map((line) => `has instead ${line.slice(0, 120)}`),
  ]
}
