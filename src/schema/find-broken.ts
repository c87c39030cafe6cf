// Finds views and triggers that no longer compile. SQLite accepts them when they are created and fails when they are used.
import { settled, type Work } from '../database/outcome.js'
import type { GateDatabase } from '../model/gate.js'
import { triggerEvent } from './canonical.js'
import type { Schema, SchemaObject } from './schema.js'
import { tokensOf } from '../sql/split-statements.js'
import { foldCase, plainName, quoteIdentifier } from '../sql/names.js'

/** Why a view or a trigger is broken. */
export interface BrokenObject {
  readonly reason: string
  /** The writes that fail with it; empty for a view. */
  readonly stops: readonly StoppedWrite[]
}

/** The event and the table or view that a trigger is on. */
export interface StoppedWrite {
  readonly table: string
  readonly event: string
}

/** Those that do not compile, keyed like `view v` or `trigger t`. */
export type BrokenObjects = ReadonlyMap<string, BrokenObject>

/**
 * Has SQLite compile a statement for each view and for each event that triggers are on; nothing is run. Triggers on one event of
 * one table compile together, and with those of the tables they write to, so that one broken trigger makes all of them fail: the
 * broken one is the trigger whose text has the name that SQLite misses, whoever made it.
 */
export function* findBroken(database: GateDatabase, schema: Schema): Work<BrokenObjects> {
  const blamed: Failure[] = []
  const spared: Failure[] = []
  const answers = new Map<string, string | null>()
  let triggers: readonly string[] | undefined
  for (const [key, object] of schema) {
    const statement = yield* statementFor(database, object)
    if (statement === undefined) continue
    if (!answers.has(statement)) answers.set(statement, yield* complaint(database, statement))
    const reason = answers.get(statement)
    if (!reason) continue
    const failure = { key, reason, statement, write: writeOf(object) }
    if (object.type === 'trigger' && !hasMissing(object.sql, reason)) {
      triggers ??= yield* triggersIn(database)
      if (triggers.some((sql) => hasMissing(sql, reason))) {
        spared.push(failure)
        continue
      }
    }
    blamed.push(failure)
  }
  return withWrites(blamed, spared)
}

interface Failure {
  readonly key: string
  readonly reason: string
  readonly statement: string
  /** Undefined for a view. */
  readonly write: StoppedWrite | undefined
}

const writeOf = (object: SchemaObject): StoppedWrite | undefined =>
  object.type === 'trigger' ? { table: object.table, event: triggerEvent(object).event } : undefined

/** A broken trigger blocks its own event, and every write that fails in the same way without a broken trigger of its own. */
function withWrites(blamed: readonly Failure[], spared: readonly Failure[]): BrokenObjects {
  const own = new Set(blamed.map(({ statement }) => statement))
  const others = new Map(spared.map((one) => [one.statement, one]))
  own.forEach((statement) => others.delete(statement))
  return new Map(
    blamed.map(({ key, reason, write }) => {
      const alike = [...others.values()].filter((one) => one.reason === reason)
      const stops = write ? [write, ...alike.flatMap((one) => one.write ?? [])] : []
      return [key, { reason, stops }]
    }),
  )
}

/** Whether the name at the end of an error message, such as `no such function: f`, is in the text of a trigger or a statement. */
export function hasMissing(sql: string, reason: string): boolean {
  const said = foldCase(reason).replace(/["()]+$/, '')
  return [...tokensOf(sql)].some(({ text }) => {
    const name = plainName(text)
    return said.endsWith(name) && /[\s.:"]/.test(said.charAt(said.length - name.length - 1))
  })
}

/** The texts of all triggers, including temporary ones and those of excluded tables. */
function* triggersIn(database: GateDatabase): Work<readonly string[]> {
  const rows = yield* settled(
    database.query(
      "SELECT sql FROM main.sqlite_master WHERE type = 'trigger' UNION ALL SELECT sql FROM temp.sqlite_master WHERE type = 'trigger'",
    ),
  )
  return rows.map((row) => String(row['sql']))
}

function* statementFor(database: GateDatabase, object: SchemaObject): Work<string | undefined> {
  if (object.type === 'view') return `SELECT 1 FROM main.${quoteIdentifier(object.name)}`
  if (object.type !== 'trigger') return undefined
  const table = `main.${quoteIdentifier(object.table)}`
  const { event, columns } = triggerEvent(object)
  if (event === 'delete') return `DELETE FROM ${table}`
  if (event === 'insert') return `INSERT INTO ${table} DEFAULT VALUES`
  const column = columns[0] ?? (yield* someColumn(database, object.table))
  return `UPDATE ${table} SET ${column} = NULL`
}

/** Any column that can be set. */
function* someColumn(database: GateDatabase, table: string): Work<string> {
  try {
    const [row] = yield* settled(
      database.query(
        "SELECT name FROM unshadowed.pragma_table_xinfo(?, 'main') WHERE hidden = 0 LIMIT 1",
        [table],
      ),
    )
    return quoteIdentifier(String(row?.['name']))
  } catch (error) {
    if (database.faultOf(error)) throw error
    // The columns of a view that does not compile are unknown, and its triggers cannot compile either.
    return 'unknown'
  }
}

/**
 * Never through `query`: SQLite 3.53 crashes when a prepared EXPLAIN runs again after objects that its triggers refer to are
 * gone.
 */
function* complaint(database: GateDatabase, statement: string): Work<string | null> {
  try {
    yield* settled(database.execute(`EXPLAIN ${statement}`))
    return null
  } catch (error) {
    if (database.faultOf(error)) throw error
    return error instanceof Error ? error.message : String(error)
  }
}
