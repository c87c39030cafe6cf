// What a running migration may not ask of its handle: control of the transaction, foreign keys, a dangerous DROP.
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

// Of words as `wordsOf` makes them; what is looked for stands at the end.
const TABLE = '(?:VIRTUAL )?(?:TABLE|VIEW) (?:IF (?:NOT )?EXISTS )?(?:\\S+ \\. )?\\S+'
const DROP = RegExp(`^DROP ${TABLE}`)
const CREATE = RegExp(`^CREATE ${TABLE}`)
const RENAMED = RegExp(`^ALTER ${TABLE}(?= RENAME TO )`)
const RENAME = RegExp(`^ALTER ${TABLE} RENAME TO \\S+`)

/**
 * Where a table, an index or the like that is hidden is named without its schema: not a column, nor a query named WITH.
 * What is made in a schema that is said, and views and the bodies of triggers everywhere, take their names from there alone.
 */
const HIDDEN =
  /^(?!CREATE (UNIQUE )?(INDEX|TRIGGER|VIEW) |.*\? (\( [^()]*\) )?AS (\w+ )*\().*?\b(INTO|UPDATE( OR \w+)?|^(ALTER|DROP) \w+( IF EXISTS)?|^(REINDEX|ANALYZE|PRAGMA \w+ [(=])|((?<!DISTINCT )FROM|JOIN|IN)( [\w?]+( \. [\w?]+)?( \w+){0,2} ,)*) \?(?! \.)|^CREATE (UNIQUE )?(INDEX|TRIGGER) (IF NOT EXISTS )?(?!IF )\S+ (?!\.).*?\bON \?(?! \.)|^.*?\bPRAGMA_\w+ \( \?(?! ,)/

/**
 * A function that throws for text which this migration may not run. Scripts have been through the plan's check before.
 * `ahead`, texts are looked at one after the other before any of them runs; `live`, each when it is about to run.
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

/** What a transaction is ended by, or could not be undone after; savepoints inside are fine. */
const ENDS = /^(?:COMMIT|END|ROLLBACK(?!.*\bTO\b)|PRAGMA)\b/is

/** Outside a transaction a step controls its own ones, but not one of `ctx`. */
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
 * With enforcement on, dropping a table that others refer to deletes their rows before anything can be checked. Throws what
 * is refused; answers which tables refer to which after the statement.
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
  // Also what the step itself lets tables refer to: by a new key, or because keys follow a renamed table.
  const made = words.flatMap((word, at) =>
    word === 'REFERENCES' ? [[own || 'a new column', plainName(tokens[at + 1] ?? '')]] : [],
  )
  return references
    ?.filter(([by]) => by !== dropped)
    .map((pair) => pair.map((name) => (name === was ? now : name)))
    .concat(made)
}

/**
 * A function that answers the name in a text of what something TEMP hides, else '': to be asked about texts in the order in
 * which they run.
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
 * What is TEMP comes first where no schema is said: what is written there is gone with the connection. Answers the name of
 * what is hidden; a statement that names nothing hidden may make or drop what is.
 */
function hiddenIn({ last }: Said, hidden: Map<string, boolean>): string {
  for (const made of [CREATE, RENAME].map((pattern) => foldCase(last(pattern))))
    if (hidden.has(made)) hidden.set(made, true)
  const table = last(HIDDEN)
  if (!table) hidden.delete(foldCase(last(/^DROP \w+ (IF EXISTS )?TEMP \. \?/)))
  return table
}

/** A statement in words. */
interface Said {
  readonly tokens: readonly string[]
  readonly words: readonly string[]
  /** The name with which what the pattern finds ends; '' where it finds nothing. */
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

/** In capitals where it may be a keyword, and as `?` where something TEMP has that name. */
function wordOf(token: string, hidden: ReadonlyMap<string, boolean>): string {
  if (hidden.get(plainName(token))) return '?'
  return /^["'`[]|[$\x80-\uffff]/.test(token) ? 'x' : foldUpper(token)
}

/**
 * The TEMP objects that are there before the first step, and whether a database has what they hide; what hides nothing and
 * is no table or view is none of these, as nobody means it by the name of a table that is made later.
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
