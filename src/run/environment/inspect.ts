// What a running migration may not ask of its handle: control of the transaction, foreign keys, a dangerous DROP.
import { settled, type Work } from '../../database/outcome.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import {
  foreignKeysEnforcedDrop,
  foreignKeysPragma,
  statementNul,
  transactionControl,
} from '../../errors/run.js'
import { refusedStatement } from '../../plan/inspect-sql.js'
import { splitStatements } from '../../sql/split-statements.js'
import type { Environment } from './environment.js'
import { whereOf, type Task } from './task.js'
import { foldCase, plainName, unquote } from '../../sql/names.js'

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

/** A function that throws for text which this migration may not run. Scripts have been through the plan's check before. */
export function* refusalOf<H>(env: Environment<H>, task: Task<H>): Work<(sql: string) => void> {
  const parents = task.entry.foreignKeys === 'enforce' ? yield* referencedTables(env) : undefined
  return (sql) => {
    if (sql.includes('\0')) throw new LockstepError(statementNul(whereOf(task), task.file))
    const refused = refusedStatement(sql)
    if (refused && !(refused.why === 'transaction' && task.entry.transaction === false)) {
      const problem = refused.why === 'transaction' ? transactionControl : foreignKeysPragma
      throw new LockstepError(
        problem(whereOf(task), task.file, refused.statement.text.slice(0, 80)),
      )
    }
    if (parents) refuseDrop(task, sql, parents)
  }
}

/** With enforcement on, dropping a table that others refer to deletes their rows before anything can be checked. */
function refuseDrop<H>(task: Task<H>, sql: string, parents: Set<string>): void {
  for (const { text } of /\b(?:drop|references|rename)\b/i.test(sql) ? splitStatements(sql) : []) {
    noteParents(text, parents)
    const table = nameIn(DROP, text)
    if (table && parents.has(foldCase(table)))
      throw new LockstepError(foreignKeysEnforcedDrop(whereOf(task), table, text))
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
