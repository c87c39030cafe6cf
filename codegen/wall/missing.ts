// Decides whether a statement failed only because an in-memory database stands in for a file. Pure.
import { canonicalName, canonicalTokens } from '../../src/sql/canonical-tokens.js'
import { readStatement } from '../sql/read-statement.js'

const MISSING =
  /^(?:no such (?:table|view|index|trigger): (.*)|unable to identify the object to be reindexed)$/s

/**
 * Whether SQLite misses an object that may be in one of the files behind these stand-ins. An unqualified name was looked up in
 * every database, and a temporary object may have been made from one that is missing.
 */
export function isOutOfReach(error: unknown, standIns: readonly string[]): boolean {
  const found = missingIn(error)
  if (found === null || standIns.length === 0) return false
  const name = canonical(found)
  return (
    !name.includes('.') ||
    ['temp', ...standIns].some((one) => name.startsWith(`${canonical(one)}.`))
  )
}

const canonical = (name: string): string => canonicalName(name).replace(/^"(.*)"$/s, '$1')

/** The missing object, as SQLite names it; null for any other error. */
function missingIn(error: unknown): string | null {
  const found = MISSING.exec(textOf(error) ?? '')
  return found && (found[1] ?? '')
}

/** The message of a generic SQLite error; null for any other error. */
function textOf(error: unknown): string | null {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return code === 'SQLITE_ERROR' || code === 'ERR_SQLITE_ERROR' ? String(message) : null
}

/** The names of the object that SQLite reports as missing, canonical. */
export function missedNames({ message }: { readonly message: string }): readonly string[] {
  const found = MISSED.exec(message)
  const names = (found ?? []).slice(1).filter((name) => name !== undefined)
  return names.flatMap((name) => name.split('.')).map(canonical)
}

const MISSED =
  /(?:no such (?:table|view|index|trigger|column): (.*)|table (.*) has no column named (.*))$/s

/** Whether a stand-in may have caused an error of SQLite: it may, unless the statement is wrong by itself. */
export function isUnanswered(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return /^(?:SQLITE|ERR_SQLITE)_/.test(String(code)) && !OF_ITSELF.test(String(message))
}

const OF_ITSELF =
  /syntax error|incomplete input|unrecognized token|no such (?:function|module|collation)/

/** The names in a statement, canonical, and its keywords. */
export const wordsOf = (statement: string): string[] => canonicalTokens(statement).map(canonical)

/**
 * Whether a statement creates something in the schema of the database itself. Skipping it would produce a schema that differs
 * from production.
 */
export function makesOwn(statement: string, standIns: readonly string[]): boolean {
  const shape = readStatement(statement)
  if (!('temporary' in shape) || shape.temporary) return false
  const { schema = 'main' } = shape.name
  return !['temp', ...standIns].some((one) => canonicalName(one) === schema)
}

/** Whether a statement mentions something in a database of one of these names. */
export function speaksOf(statement: string, names: readonly string[]): boolean {
  if (names.length === 0) return false
  const wanted = new Set(names.map(canonicalName))
  const tokens = canonicalTokens(statement)
  return tokens.some((token, index) => token === '.' && wanted.has(tokens[index - 1] ?? ''))
}
