// Refuses statements that a migration may not run on its handle: transaction control, switching foreign keys, a dangerous DROP.
import { perform, settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import {
  foreignKeysEnforcedDrop,
  foreignKeysPragma,
  statementNul,
  tableHidden,
  transactionControl,
} from '../../errors/run.js'
import { refusedStatement } from '../../plan/inspect-sql.js'
import { splitStatements, tokensOf } from '../../sql/split-statements.js'
import type { Environment } from './environment.js'
import { schemasOf } from './refuse-unsafe.js'
import { referencesOf, type Reference } from './references.js'
import type { Task } from './task.js'
import { foldCase, foldUpper, plainName, quoteIdentifier, unquote } from '../../sql/names.js'

// Patterns over the words that `wordsOf` returns; each match ends with the name it looks for.
const TABLE = '(?:VIRTUAL )?(?:TABLE|VIEW) (?:IF (?:NOT )?EXISTS )?(?:\\S+ \\. )?\\S+'
const DROP = RegExp(`^DROP ${TABLE}`)
const CREATE = RegExp(`^CREATE ${TABLE}`)
const RENAMED = RegExp(`^ALTER ${TABLE}(?= RENAME TO )`)
const RENAME = RegExp(`^ALTER ${TABLE} RENAME TO \\S+`)

/**
 * Matches where a hidden table, index or the like is named without its schema: not a column, nor a query named by WITH.
 * Statements that create something in a named schema, views, and trigger bodies take their names from their own schema only.
 */
const HIDDEN =
  /^(?!CREATE (UNIQUE )?(INDEX|TRIGGER|VIEW) |.*\? (\( [^()]*\) )?AS (\w+ )*\().*?\b(INTO|UPDATE( OR \w+)?|^(ALTER|DROP) \w+( IF EXISTS)?|^(REINDEX|ANALYZE|PRAGMA \w+ [(=])|((?<!DISTINCT )FROM|JOIN|IN)( [\w?]+( \. [\w?]+)?( \w+){0,2} ,)*) \?(?! \.)|^CREATE (UNIQUE )?(INDEX|TRIGGER) (IF NOT EXISTS )?(?!IF )\S+ (?!\.).*?\bON \?(?! \.)|^.*?\bPRAGMA_\w+ \( \?(?! ,)/

/**
 * Returns a function that throws for SQL that this migration may not run. Scripts have passed the plan's check before. With
 * `ahead`, texts are checked in sequence before any of them runs; with `live`, each just before it runs.
 */
export function* refusalOf<H>(
  env: Environment<H>,
  task: Task<H>,
  looking: 'ahead' | 'live',
): Work<(sql: string) => void> {
  const hidden = (env.hidden ??= yield* temporaryNames(env))
  let references = task.entry.foreignKeys === 'enforce' ? yield* referencesOf(env) : undefined
  return (sql) => {
    if (sql.includes('\0')) throw new LockstepError(statementNul(task, task.file))
    refuseControl(env, task, sql)
    // Code may have caught the error of a statement, or rolled it back.
    if (references && looking === 'live' && /drop/i.test(sql))
      references = perform('sync', referencesOf(env))
    if (references ?? hidden.size > 0)
      for (const { text } of splitStatements(sql))
        references = refuseNames(task, text, hidden, references)
  }
}

/** Statements that end a transaction, or after which it could not be rolled back; savepoints inside are fine. */
const ENDS = /^(?:COMMIT|END|ROLLBACK(?!.*\bTO\b)|PRAGMA)\b/is

/** Outside a transaction a step controls its own transactions, but not one of `ctx`. */
function refuseControl<H>(env: Environment<H>, task: Task<H>, sql: string): void {
  const refused = refusedStatement(sql)
  if (!refused) return
  const text = refused.statement.text
  const isTransaction = refused.why === 'transaction'
  if (isTransaction && task.outside && !(env.held && ENDS.test(text))) return
  const problem = isTransaction ? transactionControl : foreignKeysPragma
  throw new LockstepError(problem(task, task.file, text.slice(0, 80)))
}

/**
 * With enforcement on, dropping a referenced table deletes the referring rows before anything can be checked. Throws if refused;
 * returns which tables refer to which after the statement.
 */
function refuseNames<H>(
  task: Task<H>,
  text: string,
  hidden: Map<string, boolean>,
  references: readonly Reference[] | undefined,
): readonly Reference[] | undefined {
  const said = wordsOf(text, hidden)
  const { tokens, words, last } = said
  const folded = [CREATE, RENAMED, RENAME, DROP].map((pattern) => foldCase(last(pattern)))
  const [own, was, now, dropped] = folded as [string, string, string, string]
  const table = hiddenIn(said, hidden)
  if (table) throw new LockstepError(tableHidden(task, table, text))
  const acting = references?.find(([by, parent]) => parent === dropped && by !== dropped)
  if (acting) throw new LockstepError(foreignKeysEnforcedDrop(task, last(DROP), acting[0]!, text))
  // Includes references that the step itself creates: a new key, or keys that follow a renamed table.
  const made = words.flatMap((word, at) =>
    word === 'REFERENCES' ? [[own || 'a new column', plainName(tokens[at + 1] ?? '')]] : [],
  )
  return references
    ?.filter(([by]) => by !== dropped)
    .map((pair) => pair.map((name) => (name === was ? now : name)))
    .concat(made)
}

/**
 * Returns a function that finds the name of an object in the text that a TEMP one hides, otherwise ''; it has to be called with
 * texts in the order in which they run.
 */
export function* findHidden<H>(env: Environment<H>): Work<(sql: string) => string> {
  const hidden = yield* temporaryNames(env)
  if (hidden.size === 0) return () => ''
  return (sql) =>
    splitStatements(sql).reduce(
      (found, { text }) => found || hiddenIn(wordsOf(text, hidden), hidden),
      '',
    )
}

/**
 * TEMP objects come first if no schema is named, and what is written to them is lost with the connection. Returns the name of the
 * hidden object; a statement that names none may create or drop one.
 */
function hiddenIn({ last }: Said, hidden: Map<string, boolean>): string {
  for (const made of [CREATE, RENAME].map((pattern) => foldCase(last(pattern))))
    if (hidden.has(made)) hidden.set(made, true)
  const table = last(HIDDEN)
  if (!table) hidden.delete(foldCase(last(/^DROP \w+ (IF EXISTS )?TEMP \. \?/)))
  return table
}

/** A statement split into words. */
interface Said {
  readonly tokens: readonly string[]
  readonly words: readonly string[]
  /** The name at the end of the pattern's match; '' without a match. */
  last(pattern: RegExp): string
}

function wordsOf(text: string, hidden: ReadonlyMap<string, boolean>): Said {
  const tokens = Array.from(tokensOf(text), (token) => token.text)
  const words = tokens.map((token) => wordOf(token, hidden))
  const last = (pattern: RegExp): string => {
    const found = pattern.exec(words.join(' '))?.[0].split(' ').length ?? 0
    return unquote(tokens[found - 1] ?? '')
  }
  return { tokens, words, last }
}

/** In upper case if it may be a keyword, and as `?` if a TEMP object has that name. */
function wordOf(token: string, hidden: ReadonlyMap<string, boolean>): string {
  if (hidden.get(plainName(token))) return '?'
  return /^["'`[]|[$\x80-\uffff]/.test(token) ? 'x' : foldUpper(token)
}

/**
 * The TEMP objects that exist before the first step, and whether each hides an object of a database; those that hide nothing and
 * are no table or view are left out, as nobody refers to them by the name of a table created later.
 */
function* temporaryNames<H>(env: Environment<H>): Work<Map<string, boolean>> {
  const { temp, others } = yield* schemasOf(env)
  if (!temp) return new Map()
  const real = others.map((name) => `SELECT type, name FROM ${quoteIdentifier(name)}.sqlite_master`)
  const rows = yield* settled(
    env.driver.query(
      `SELECT t.name, EXISTS (SELECT 1 FROM (${real.join(' UNION ALL ')}) m WHERE m.name = t.name COLLATE NOCASE AND (m.type = 'trigger') = (t.type = 'trigger') AND (m.type = 'index') = (t.type = 'index')) AS hides FROM sqlite_temp_master t WHERE hides OR t.type IN ('table', 'view') ORDER BY hides`,
    ),
  )
  return new Map(rows.map((row) => [foldCase(String(row['name'])), row['hides'] === 1]))
}
