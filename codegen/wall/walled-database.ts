// One database behind the wall: statements that would reach a file reach an empty in-memory database instead, and those that need
// the content of the file are skipped.
import { splitStatements } from '../../src/sql/split-statements.js'
import { isOutOfReach, isUnanswered, makesOwn, speaksOf, wordsOf } from './missing.js'
import type { NativeDatabase } from './native-database.js'
import { mayReach, readReaching, type Attaching, type Copying } from '../sql/read-reaching.js'
import { standInsOf, type StandIns } from './stand-ins.js'
import type { Trial } from './trial.js'
import type { Withheld } from './withheld.js'

/** The context of a database. */
export interface Surroundings {
  /** The file that it was opened in place of; null if it was opened as requested. */
  readonly standsFor: string | null
  readonly trial: Trial
  tell(withheld: Withheld): void
}

/** A database whose statements pass through here on their way to the client. */
export class WalledDatabase {
  readonly #native: NativeDatabase
  readonly #standsFor: string | null
  readonly #trial: Trial
  readonly #tell: (withheld: Withheld) => void
  readonly standIns: StandIns

  constructor(native: NativeDatabase, { standsFor, trial, tell }: Surroundings) {
    this.#native = native
    this.#standsFor = standsFor
    this.#trial = trial
    this.#tell = tell
    this.standIns = standInsOf(native)
  }

  /** Whether a text needs to be checked. Almost none does. */
  minds(text: unknown): text is string {
    if (typeof text !== 'string') return false
    if (this.#standsFor !== null || this.standIns.any()) return true
    return this.#trial.lacks || mayReach(text)
  }

  /** Runs a script, without the statements that must not run. */
  exec(script: string): void {
    for (const { text } of splitStatements(script)) this.#run(text)
  }

  /** Prepares one statement with `compile`; undefined if it is skipped. */
  prepare<T>(statement: string, compile: (sql: string) => T): T | undefined {
    const reaching = readReaching(statement)
    if (!reaching) return this.#attempt(statement, () => compile(statement))
    const prepared = compile(reaching.sql)
    watchRun(prepared, (values, run) => this.#reach(statement, reaching, values, run))
    return prepared
  }

  #run(statement: string): void {
    const reaching = readReaching(statement)
    const sql = reaching?.sql ?? statement
    if (mayReach(statement)) requireSingle(this.#native, sql)
    const run = (): unknown => this.#native.exec(sql)
    if (reaching) this.#reach(statement, reaching, [], run)
    else this.#attempt(statement, run)
  }

  #reach(
    statement: string,
    reaching: Attaching | Copying,
    values: readonly unknown[],
    run: () => unknown,
  ): unknown {
    // Inside a transaction SQLite refuses VACUUM INTO, as it will in production.
    const isRun = reaching.kind === 'attach' || this.#native.inTransaction()
    const answer = isRun ? run() : { changes: 0, lastInsertRowid: 0 }
    if (reaching.kind === 'copy') this.#tell({ kind: 'statement', text: statement })
    else this.#attached(reaching, onlyText(values))
    return answer
  }

  #attached({ alias, path, file }: Attaching, given: string | null): void {
    if (!this.standIns.add(alias, path ?? given)) return
    const named = given === null ? `a file whose name is not known, given as ${file}` : `'${given}'`
    const text = path === null ? named : file
    this.#tell({ kind: 'database', text })
  }

  #attempt<T>(statement: string, act: () => T): T | undefined {
    try {
      const answer = act()
      this.#noteUse(statement)
      return answer
    } catch (error) {
      const leftOut = this.#leftOut(statement, error)
      if (!leftOut) throw error
      this.#tell({ kind: leftOut, text: statement })
      return undefined
    }
  }

  #noteUse(statement: string): void {
    if (this.#standsFor !== null) this.#tell({ kind: 'elsewhere', text: statement })
    else if (speaksOf(statement, this.standIns.names()))
      this.#tell({ kind: 'reached', text: statement })
  }

  /** The kind under which a failed statement is skipped; null if the failure is its own. */
  #leftOut(statement: string, error: unknown): 'statement' | 'follows' | null {
    if (this.#standsFor !== null) return isUnanswered(error) ? 'statement' : null
    const names = this.standIns.names()
    if (isOutOfReach(error, names)) {
      if (!makesOwn(statement, names)) return 'statement'
      if (!this.#trial.isRunning) return explain(error as Error)
      this.#trial.leave(wordsOf(statement))
      this.#tell({ kind: 'cut', text: '' })
      return 'statement'
    }
    if (this.#trial.lacksRows(error, /\bselect\b/i.test(statement))) return 'statement'
    if (!this.#trial.follows(error)) return null
    this.#trial.leave(wordsOf(statement))
    return 'follows'
  }
}

/** What was split off as one statement must be one for SQLite too, which would otherwise run a second one unchecked. */
function requireSingle(native: NativeDatabase, sql: string): void {
  try {
    native.prepare(sql)
  } catch (error) {
    if (error instanceof RangeError) throw error
  }
}

/** Passes every execution of a prepared statement through `act`. */
function watchRun(
  prepared: unknown,
  act: (values: readonly unknown[], run: () => unknown) => unknown,
): void {
  const statement = prepared as Record<string, (...values: unknown[]) => unknown>
  for (const name of ['run', 'get', 'all', 'iterate']) {
    const original = statement[name]
    Object.defineProperty(statement, name, {
      configurable: true,
      writable: true,
      value: (...values: unknown[]) => act(values, () => original?.apply(statement, values)),
    })
  }
}

/** The text bound to a statement's only parameter, by position or by name; null if it is no text or there are several. */
function onlyText(values: readonly unknown[]): string | null {
  const all = values
    .flat()
    .flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [value],
    )
  return all.length === 1 && typeof all[0] === 'string' ? all[0] : null
}

function explain(error: Error): null {
  error.message +=
    ', because an empty database stands in for the file here; make the table with its columns and fill it with INSERT … SELECT'
  return null
}
