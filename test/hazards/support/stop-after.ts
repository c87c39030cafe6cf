// Stops a handle after a number of statements, whoever runs them: the runner, a script, or the code of a migration.
import Database from 'better-sqlite3'
import { splitStatements } from '../../../src/sql/split-statements.js'

type Handle = Database.Database

/** When to stop, and how. */
export interface Stop {
  /** The statement it happens at, from 1. */
  readonly at: number
  /** `dies`: the statement is done, and nothing after it. `fails`: this one statement is not done, and all others are. */
  readonly how: 'dies' | 'fails'
}

/** A handle that was stopped, or will be. */
export interface Stopped {
  /** The statements so far, the last one last. */
  readonly statements: readonly string[]
  /** Takes the stop away. */
  free(): void
}

/** Lays the stop over the handle. Scripts are run statement by statement, so that it can come between any two. */
export function stopAfter(db: Handle, { at, how }: Stop): Stopped {
  const [exec, prepare] = [db.exec.bind(db), db.prepare.bind(db)]
  const statements: string[] = []
  const count = <T>(sql: string, run: () => T): T => {
    if (how === 'dies' && statements.length >= at) throw dead()
    statements.push(sql)
    if (how === 'fails' && statements.length === at) throw full()
    const result = run()
    if (how === 'dies' && statements.length === at) throw dead()
    return result
  }
  db.exec = (script) => {
    for (const { text } of splitStatements(script)) count(text, () => exec(text))
    return db
  }
  db.prepare = ((sql: string) => counted(prepare(sql), count)) as Handle['prepare']
  const free = (): void => void Object.assign(db, { exec, prepare })
  return { statements, free }
}

const dead = (): Error => new RangeError('Nothing answers any more')
const full = (): Error => new Database.SqliteError('database or disk is full', 'SQLITE_FULL')

type Run = (...parameters: unknown[]) => unknown

function counted(
  statement: Database.Statement,
  count: <T>(sql: string, run: () => T) => T,
): Database.Statement {
  const methods = statement as unknown as Record<string, Run>
  for (const name of ['run', 'all', 'get']) {
    const run = methods[name]!.bind(statement)
    methods[name] = (...parameters) => count(statement.source, () => run(...parameters))
  }
  return statement
}
