// What a running migration may not ask of its handle: control of the transaction, foreign keys, a dangerous DROP.
import { settled, type Work } from '../database/outcome.js'
import { LockstepError } from '../errors/lockstep-error.js'
import {
  foreignKeysEnforcedDrop,
  foreignKeysPragma,
  statementNul,
  transactionControl,
} from '../errors/run.js'
import { refusedStatement } from '../plan/inspect-sql.js'
import { splitStatements } from '../schema/split-statements.js'
import type { Environment } from './environment.js'
import { whereOf, type Task } from './task.js'

const GAP = /(?:\s|--[^\n]*|\/\*[^]*?\*\/)*/.source
const NAME = /"(?:[^"]|"")*"|'(?:[^']|'')*'|`(?:[^`]|``)*`|\[[^\]]*\]|[\w$\x80-\uffff]+/.source
const DROP = RegExp(
  `^DROP${GAP}TABLE${GAP}(?:IF${GAP}EXISTS${GAP})?(?:(?:${NAME})${GAP}\\.${GAP})?(${NAME})`,
  'i',
)

/** A key that the step itself makes. */
const REFERENCES = RegExp(`\\bREFERENCES${GAP}(${NAME})`, 'gi')

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
    if (!parents) return
    for (const [, name] of sql.matchAll(REFERENCES)) parents.add(unquoted(name).toLowerCase())
    refuseDrop(task, sql, parents)
  }
}

/** With enforcement on, dropping a table that others refer to deletes their rows before anything can be checked. */
function refuseDrop<H>(task: Task<H>, sql: string, parents: ReadonlySet<string>): void {
  for (const { text } of /\bdrop\b/i.test(sql) ? splitStatements(sql) : []) {
    const table = unquoted(DROP.exec(text)?.[1])
    if (table && parents.has(table.toLowerCase()))
      throw new LockstepError(foreignKeysEnforcedDrop(whereOf(task), table, text))
  }
}

/** The name without its quotes; two quotes in it stand for one. */
const unquoted = (name = ''): string =>
  /^["'`[]/.test(name) ? name.slice(1, -1).replace(/(["'`])\1/g, '$1') : name

function* referencedTables<H>({ driver }: Environment<H>): Work<Set<string>> {
  const rows = yield* settled(
    driver.query(
      `SELECT DISTINCT lower(k."table") AS name FROM sqlite_master m, pragma_foreign_key_list(m.name, 'main') k WHERE m.type = 'table' AND lower(k."table") <> lower(m.name)`,
    ),
  )
  return new Set(rows.map((row) => String(row['name']).toLowerCase()))
}
