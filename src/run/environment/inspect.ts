// What a running migration may not ask of its handle: control of the transaction, foreign keys, a dangerous DROP.
import { settled, type Work } from '../../database/outcome.js'
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
import type { Task } from './task.js'
import { foldCase, foldUpper, plainName, unquote } from '../../sql/names.js'

// Of words as `wordsOf` makes them; what is looked for stands at the end.
const TABLE = 'TABLE (?:IF (?:NOT )?EXISTS )?(?:\\S+ \\. )?\\S+'
const DROP = RegExp(`^DROP ${TABLE}`)
const CREATE = RegExp(`^CREATE ${TABLE}`)
const RENAMED = RegExp(`^ALTER ${TABLE}(?= RENAME TO )`)
const RENAME = RegExp(`^ALTER ${TABLE} RENAME TO \\S+`)

/**
 * Where a table, an index or the like that is hidden is named without its schema: not a column, nor a query named WITH.
 * What is made in a schema that is said, and views and the bodies of triggers everywhere, take their names from there alone.
 */
const HIDDEN =
  /^(?!CREATE (UNIQUE )?(INDEX|TRIGGER|VIEW) |.*\? (\( [^()]*\) )?AS (\w+ )*\().*?\b(INTO|UPDATE( OR \w+)?|^(ALTER|DROP) \w+( IF EXISTS)?|((?<!DISTINCT )FROM|JOIN|IN)( [\w?]+( \. [\w?]+)?( \w+){0,2} ,)*) \?(?! \.)|^CREATE (UNIQUE )?(INDEX|TRIGGER) (IF NOT EXISTS )?(?!IF )\S+ (?!\.).*?\bON \?(?! \.)/

/** A function that throws for text which this migration may not run. Scripts have been through the plan's check before. */
export function* refusalOf<H>(env: Environment<H>, task: Task<H>): Work<(sql: string) => void> {
  const hidden = (env.hidden ??= yield* temporaryNames(env))
  const parents = task.entry.foreignKeys === 'enforce' ? yield* referencedTables(env) : undefined
  return (sql) => {
    if (sql.includes('\0')) throw new LockstepError(statementNul(task, task.file))
    const refused = refusedStatement(sql)
    if (refused && !(refused.why === 'transaction' && task.entry.transaction === false)) {
      const problem = refused.why === 'transaction' ? transactionControl : foreignKeysPragma
      throw new LockstepError(problem(task, task.file, refused.statement.text.slice(0, 80)))
    }
    if (parents ?? hidden.size > 0)
      for (const { text } of splitStatements(sql)) refuseNames(task, text, hidden, parents)
  }
}

/**
 * What is TEMP comes first where no schema is said: what is written there is gone with the connection. And with enforcement
 * on, dropping a table that others refer to deletes their rows before anything can be checked.
 */
function refuseNames<H>(
  task: Task<H>,
  text: string,
  hidden: Map<string, boolean>,
  parents: Set<string> | undefined,
): void {
  const tokens = Array.from(tokensOf(text), (token) => token.text)
  const words = tokens.map((token) => wordOf(token, hidden))
  const last = (pattern: RegExp): string => {
    const found = pattern.exec(words.join(' '))?.[0].split(' ').length ?? 0
    return unquote(tokens[found - 1] ?? '')
  }
  const [own, now] = [last(CREATE), last(RENAME)].map(foldCase) as [string, string]
  for (const made of [own, now]) if (hidden.has(made)) hidden.set(made, true)
  const table = last(HIDDEN)
  if (table) throw new LockstepError(tableHidden(task, table, text))
  hidden.delete(foldCase(last(/^DROP \w+ (IF EXISTS )?TEMP \. \?/)))
  // Also what the step itself lets other tables refer to: by a new key, or because keys follow a renamed table.
  words.forEach((word, at) => {
    const parent = plainName(tokens[at + 1] ?? '')
    if (word === 'REFERENCES' && parent !== own) parents?.add(parent)
  })
  if (parents?.has(foldCase(last(RENAMED)))) parents.add(now)
  const dropped = last(DROP)
  if (parents?.has(foldCase(dropped)))
    throw new LockstepError(foreignKeysEnforcedDrop(task, dropped, text))
}

/** In capitals where it may be a keyword, and as `?` where something TEMP has that name. */
function wordOf(token: string, hidden: Map<string, boolean>): string {
  if (hidden.get(plainName(token))) return '?'
  return /^["'`[]|[$\x80-\uffff]/.test(token) ? 'x' : foldUpper(token)
}

/** The TEMP objects that are there before the first step, and whether the database has what they hide. */
function* temporaryNames<H>({ driver }: Environment<H>): Work<Map<string, boolean>> {
  const rows = yield* settled(
    driver.query(
      "SELECT t.name, EXISTS (SELECT 1 FROM main.sqlite_master m WHERE m.name = t.name COLLATE NOCASE AND (m.type = 'trigger') = (t.type = 'trigger')) AS hides FROM sqlite_temp_master t",
    ),
  )
  return new Map(rows.map((row) => [foldCase(String(row['name'])), row['hides'] === 1]))
}

function* referencedTables<H>({ driver }: Environment<H>): Work<Set<string>> {
  const rows = yield* settled(
    driver.query(
      `SELECT DISTINCT k."table" AS name FROM sqlite_master m, unshadowed.pragma_foreign_key_list(m.name, 'main') k WHERE m.type = 'table' AND k."table" <> m.name COLLATE NOCASE`,
    ),
  )
  return new Set(rows.map((row) => foldCase(String(row['name']))))
}
