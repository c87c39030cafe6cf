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

const COMMENT = /--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\//.source
const GAP = `(?:\\s|${COMMENT})*`
const NAME = /"(?:[^"]|"")*"|'(?:[^']|'')*'|`(?:[^`]|``)*`|\[[^\]]*\]|[\w$\x80-\uffff]+/.source
const OPTIONAL = `(?:IF${GAP}(?:NOT${GAP})?EXISTS${GAP})?`
const TABLE = `TABLE${GAP}${OPTIONAL}(?:(?:${NAME})${GAP}\\.${GAP})?(${NAME})`
const DROP = RegExp(`^DROP${GAP}${TABLE}`, 'i')
/** Finds the name of the table, as it is written, and where it ends. */
export const CREATE = RegExp(`^CREATE${GAP}${TABLE}`, 'i')
const RENAME = RegExp(`^ALTER${GAP}${TABLE}${GAP}RENAME${GAP}TO${GAP}(${NAME})`, 'i')
const REFERENCES = RegExp(`${COMMENT}|\\bREFERENCES${GAP}(${NAME})`, 'gi')

/**
 * Finds `?` where a table, an index or the like is named without its schema: not a column, nor a query named WITH. What is
 * made in a schema that is said, and views and the bodies of triggers everywhere, take their names from that schema alone.
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
    if (parents) refuseDrop(task, sql, parents)
    if (hidden.size > 0) refuseHidden(task, sql, hidden)
  }
}

/** What is TEMP comes first where no schema is said: what is written there is gone with the connection. */
function refuseHidden<H>(task: Task<H>, sql: string, hidden: Map<string, boolean>): void {
  for (const { text } of splitStatements(sql)) {
    const made = plainName((CREATE.exec(text) ?? RENAME.exec(text))?.at(-1) ?? '')
    if (hidden.has(made)) hidden.set(made, true)
    const names = [...tokensOf(text)].map((token) => token.text)
    const words = names.map((name) => wordOf(name, hidden)).join(' ')
    const found = HIDDEN.exec(words)?.[0].split(' ').length
    if (found) throw new LockstepError(tableHidden(task, unquote(names[found - 1] ?? ''), text))
    if (/^DROP \w+ (?:IF EXISTS )?TEMP \. \?$/.test(words))
      hidden.delete(plainName(names.at(-1) ?? ''))
  }
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

/** With enforcement on, dropping a table that others refer to deletes their rows before anything can be checked. */
function refuseDrop<H>(task: Task<H>, sql: string, parents: Set<string>): void {
  for (const { text } of /\b(?:drop|references|rename)\b/i.test(sql) ? splitStatements(sql) : []) {
    noteParents(text, parents)
    const table = nameIn(DROP, text)
    if (table && parents.has(foldCase(table)))
      throw new LockstepError(foreignKeysEnforcedDrop(task, table, text))
  }
}

/** Adds what the step itself lets other tables refer to: by a new key, or because keys follow a renamed table. */
function noteParents(text: string, parents: Set<string>): void {
  const own = foldCase(nameIn(CREATE, text))
  for (const [, name] of /^(?:create|alter)\b/i.test(text) ? text.matchAll(REFERENCES) : []) {
    const parent = plainName(name ?? '')
    if (parent !== '' && parent !== own) parents.add(parent)
  }
  const [, was = '', now = ''] = RENAME.exec(text) ?? []
  if (parents.has(plainName(was))) parents.add(plainName(now))
}

const nameIn = (statement: RegExp, text: string): string => unquote(statement.exec(text)?.[1] ?? '')

function* referencedTables<H>({ driver }: Environment<H>): Work<Set<string>> {
  const rows = yield* settled(
    driver.query(
      `SELECT DISTINCT k."table" AS name FROM sqlite_master m, unshadowed.pragma_foreign_key_list(m.name, 'main') k WHERE m.type = 'table' AND k."table" <> m.name COLLATE NOCASE`,
    ),
  )
  return new Set(rows.map((row) => foldCase(String(row['name']))))
}
