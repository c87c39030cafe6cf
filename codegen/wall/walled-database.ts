// One database behind the wall: statements that would reach a file reach an empty database in memory instead, and those
// that miss what would be in the file are left out.
import { splitStatements } from '../../src/schema/split-statements.js'
import { isOutOfReach, makesOwn, missingIn, speaksOf } from './missing.js'
import type { NativeDatabase } from './native-database.js'
import { mayReach, readReaching, type Attaching, type Copying } from './read-statement.js'
import { standInsOf, type StandIns } from './stand-ins.js'
import type { Withheld } from './withheld.js'

/** A database whose statements pass here on their way to the client. */
export class WalledDatabase {
  readonly #native: NativeDatabase
  readonly #standsFor: string | null
  readonly #tell: (withheld: Withheld) => void
  readonly standIns: StandIns

  /** `standsFor` is the file in whose place the database was opened; null for one that was asked for as it is. */
  constructor(
    native: NativeDatabase,
    standsFor: string | null,
    tell: (withheld: Withheld) => void,
  ) {
    this.#native = native
    this.#standsFor = standsFor
    this.#tell = tell
    this.standIns = standInsOf(native)
  }

  /** Whether a text needs to be looked at. Nearly none does. */
  minds(text: unknown): text is string {
    if (typeof text !== 'string') return false
    return this.#standsFor !== null || this.standIns.any() || mayReach(text)
  }

  /** Runs a script, without what must not run. */
  exec(script: string): void {
    for (const { text } of splitStatements(script)) this.#run(text)
  }

  /** Prepares one statement with `compile`; undefined for one that is left out. */
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
    // Inside a transaction SQLite refuses to copy, as it will in production.
    const isRun = reaching.kind === 'attach' || this.#native.inTransaction()
    const answer = isRun ? run() : { changes: 0, lastInsertRowid: 0 }
    if (reaching.kind === 'copy') this.#tell({ kind: 'statement', text: statement })
    else this.#attached(reaching, onlyText(values))
    return answer
  }

  #attached({ alias, path, file }: Attaching, given: string | null): void {
    if (!this.standIns.add(alias, path ?? given)) return
    const text = path === null && given !== null ? `'${given}'` : file
    this.#tell({ kind: 'database', text })
  }

  #attempt<T>(statement: string, act: () => T): T | undefined {
    try {
      const answer = act()
      this.#noteUse(statement)
      return answer
    } catch (error) {
      if (!this.#isLeftOut(statement, error)) throw error
      this.#tell({ kind: 'statement', text: statement })
      return undefined
    }
  }

  #noteUse(statement: string): void {
    if (this.#standsFor !== null) this.#tell({ kind: 'reached', text: '' })
    else if (speaksOf(statement, this.standIns.names()))
      this.#tell({ kind: 'reached', text: statement })
  }

  #isLeftOut(statement: string, error: unknown): boolean {
    if (this.#standsFor !== null) return missingIn(error) !== null
    const names = this.standIns.names()
    if (!isOutOfReach(error, names)) return false
    if (!makesOwn(statement, names)) return true
    explain(error as Error)
    return false
  }
}

/** What is one statement here must be one for SQLite as well: it would run a second one unseen. */
function requireSingle(native: NativeDatabase, sql: string): void {
  try {
    native.prepare(sql)
  } catch (error) {
    if (error instanceof RangeError) throw error
  }
}

/** Puts itself before whatever runs a statement. */
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

/** What a statement with one parameter is given, by position or by name. */
function onlyText(values: readonly unknown[]): string | null {
  const all = values
    .flat()
    .flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [value],
    )
  return all.length === 1 && typeof all[0] === 'string' ? all[0] : null
}

function explain(error: Error): void {
  error.message +=
    ', because an empty database stands in for the file here; make the table with its columns and fill it with INSERT … SELECT'
}
