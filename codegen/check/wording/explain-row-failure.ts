// Why a statement fails on rows only, and how to fix the rows first: by what SQLite says.
import { canonicalTokens } from '../../../src/sql/canonical-tokens.js'
import type { StepFailed } from '../../model/evidence.js'
import { FIX_MERGED, whyMerged } from './explain-merge.js'
import { explainUnique, onlyStatement, type UniqueFailure } from './explain-unique.js'
import { isGenerated } from '../changes/fails-on-rows.js'
import { namesIn } from '../../sql/names-in.js'
import { oneLine } from '../../sql/one-line.js'
import { readStatement } from '../../sql/read-statement.js'
import type { ReplayedStep } from '../subject/rule.js'
import { schemaActs } from '../subject/schema-acts.js'
import { sqlName } from '../../sql/sql-name.js'
import { statementAt } from '../subject/place.js'
import type { Statement } from '../../sql/statement.js'
import { writtenNull } from './written-null.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'

/** Two parts of a message. */
export interface RowFailureWords {
  /** As a sentence of its own. */
  readonly why: string
  /** Without a full stop. */
  readonly fix: string
  /** Whether the rows that were generated may be the reason, rather than the statement. */
  readonly doubtful: boolean
}

/** The words for a failure of SQLite with the stage `rows`. */
export function explainRowFailure(fact: StepFailed, step: ReplayedStep): RowFailureWords {
  const [one, other] = fact.merged ?? []
  if (one !== undefined && other !== undefined)
    return { doubtful: false, why: `${whyMerged(one, other)}.`, fix: FIX_MERGED }
  for (const [pattern, explain] of EXPLANATIONS) {
    const match = pattern.exec(fact.message)
    if (match) return { doubtful: false, ...explain(readPlace(match[1] ?? '', fact, step)) }
  }
  return OTHERWISE
}

/** What the failure is about. */
interface FailurePlace {
  /** The table that the rows come from, as SQL; that of a rebuild's copy is the old one. */
  readonly table: string
  /** Whether that table has a column which the message names. */
  readonly hasColumn: boolean
  readonly columns: readonly string[]
  /** What the message names, as it stands there. */
  readonly named: string
  readonly copies: boolean
  /** What fails: a statement, or a call such as that of `ctx.rebuild`, whose statements nobody has written. */
  readonly running: 'statement' | 'call'
  /** What the statement does, where it is known. */
  readonly shape: Statement | null
  readonly unique: UniqueFailure
}

const OWN_NULL = 'The NULL is its own: only a table without rows gives it nothing to write.'

const NULL_BROUGHT = 'What it writes there is NULL for some rows that the schema allows.'

type Words = Pick<RowFailureWords, 'why' | 'fix'> & Partial<RowFailureWords>

const EXPLANATIONS: readonly (readonly [RegExp, (place: FailurePlace) => Words])[] = [
  [/^UNIQUE constraint failed: (.*)$/m, ({ unique }) => explainUnique(unique)],
  [/^NOT NULL constraint failed: (.*)$/m, explainNotNull],
  [/^NOT NULL constraint failed$/m, explainAddedNull],
  [/^CHECK constraint failed(?:: (.*))?$/m, explainCheck],
  [/^constraint failed$/m, explainAlteration],
  [/^FOREIGN KEY constraint failed/m, explainForeignKey],
  [/^cannot store \w+ value in \w+ column (.*)$/m, explainType],
  [/^datatype mismatch/m, explainRowid],
  [/malformed JSON|bad JSON path/, explainJson],
  [/^cannot add a STORED column/, explainAddedStored],
  [/^cannot add a /i, explainAddedColumn],
]

const OTHERWISE: RowFailureWords = {
  why: 'Tests that begin with an empty database do not meet it, real databases do.',
  fix: 'Change the statement so that it works on every row that the schema allows, or fix the rows before it, in the same migration',
  doubtful: false,
}

function explainNotNull(place: FailurePlace): Words {
  const {
    table,
    hasColumn,
    columns: [column = ''],
    copies,
    named,
    running,
    shape,
    unique,
  } = place
  const name = sqlName(column)
  const own = writtenNull(shape, unique.sql ?? '', column)
  if (own)
    return {
      why:
        own === 'written'
          ? OWN_NULL
          : `Its list of columns leaves ${column} out, which has no default.`,
      fix:
        own === 'written'
          ? `Write a value for ${name} instead of NULL`
          : `Name ${name} among the columns, with a value for every row`,
    }
  const swapped = explainSwapped(place)
  if (swapped) return swapped
  if (!hasColumn) return { why: NULL_BROUGHT, fix: `Write a value for ${name} in every row` }
  const fill = `\`UPDATE ${table} SET ${name} = … WHERE ${name} IS NULL\``
  const copy = `\`coalesce(${name}, …)\``
  const rebuilds = running === 'call' && named.startsWith('lockstep_new_')
  return {
    why: `A row may have NULL in ${column} until now.`,
    fix: copies
      ? `Copy ${copy} instead of \`${name}\`, or fill it before with ${fill}`
      : `${rebuilds ? `Give ${copy} as the \`copy\` of ${column}, or fill` : 'Fill'} it before this ${running} with ${fill}`,
  }
}

/** Where the column that was seen to be to blame is another one of the table than the one that the message names. */
function explainSwapped({ columns: [column = ''], shape, unique }: FailurePlace): Words | null {
  const { fact, step } = unique
  const source = fact.column ?? column
  const old = step.before.get(`table ${foldCase(fact.table ?? '')}`)
  const isThere = old?.type === 'table' && old.columns.some(({ name }) => isSameName(name, column))
  const copies = shape?.kind === 'insert' && shape.selects.length > 0
  if (!copies || !isThere || isSameName(source, column)) return null
  return {
    why: `The copy gives ${column} what is in ${source}, and a row may have NULL there until now.`,
    fix: `Name the columns on both sides of the copy in the same order, if ${column} is to keep its own values; else copy \`coalesce(${sqlName(source)}, …)\``,
  }
}

/** SQLite says no more than `constraint failed` of ALTER TABLE … ALTER COLUMN and … ADD CONSTRAINT. */
function explainAlteration(failed: FailurePlace): Words {
  const place = { ...failed, hasColumn: true }
  const { shape, unique } = place
  if (shape?.kind === 'alter-column') return explainNotNull(place)
  const check = /\bcheck\s*\((.*)\)/is.exec(unique.sql ?? '')?.[1]
  return shape?.kind === 'alter-constraint' && check !== undefined
    ? explainCheck({ ...place, named: oneLine(check) })
    : OTHERWISE
}

function explainCheck({ table, hasColumn, named, shape, running }: FailurePlace): Words {
  if (shape?.kind === 'add-column' && !isGenerated(shape.column))
    return {
      why: 'Each row gets the default of the new column (NULL where it has none), and the CHECK does not allow it.',
      fix: 'Give the column a DEFAULT that its CHECK allows',
    }
  const isReadable = hasColumn && canonicalTokens(named).length > 1
  return {
    why: 'Rows from before were never held to this CHECK.',
    fix: `Find the rows that do not satisfy it${isReadable ? ` with \`SELECT * FROM ${table} WHERE NOT (${named})\`` : ''}, and change them before this ${running}`,
  }
}

function explainForeignKey(): Words {
  return {
    why: 'Foreign keys are enforced in this step, and other rows refer to those that it removes or changes.',
    fix: "Remove or change the rows that refer to them first, or leave `foreignKeys: 'enforce'` out and keep both sides in order",
  }
}

function explainType({ table, hasColumn, columns: [column = ''] }: FailurePlace): Words {
  const name = sqlName(column)
  const look = hasColumn
    ? ` with \`SELECT typeof(${name}), count(*) FROM ${table} GROUP BY 1\``
    : ''
  return {
    why: 'A table that is not STRICT may hold any value in any column, a STRICT one may not.',
    fix: `Look what there is${look}, and convert it in the copy, as in \`CAST(${name} AS …)\``,
  }
}

function explainAddedColumn(): Words {
  return {
    why: 'SQLite adds such a column to an empty table only.',
    fix: 'Give the column a constant DEFAULT that is right for the rows that exist; or add it as one that may be NULL, fill it with an UPDATE, and make it what it is to be by a rebuild of the table (`ctx.rebuild`)',
  }
}

function explainAddedStored(): Words {
  return {
    why: 'SQLite adds such a column to an empty table only.',
    fix: 'Make it VIRTUAL, which is computed when it is read and can have an index. If it must be stored, rebuild the table (`ctx.rebuild`)',
  }
}

function explainAddedNull(): Words {
  return {
    why: 'The new column is computed from others, and it is NULL where they are.',
    fix: 'Let its expression give a value for every row, as in `coalesce(…, …)`, or leave NOT NULL out',
  }
}

function explainRowid(): Words {
  return {
    why: 'An INTEGER PRIMARY KEY takes whole numbers only, and the values come from a column that may hold others.',
    fix: 'Copy only values that are whole numbers, or let SQLite number the rows anew and keep the old key in a column of its own',
  }
}

function explainJson(): Words {
  return {
    why: 'The schema lets any text stand there, also one that is no JSON.',
    fix: 'Ask `json_valid(…)` first, as in `CASE WHEN json_valid(data) THEN json_extract(…) END`; or, if only JSON is ever stored there, give such rows as `seeds` in the configuration',
    doubtful: true,
  }
}

function readPlace(named: string, fact: StepFailed, step: ReplayedStep): FailurePlace {
  const found = statementAt(fact.at, step)
  const [act] = found ? schemaActs([found]) : []
  const copied = act?.kind === 'copy' ? act.from : null
  const sql = onlyStatement(found?.text ?? fact.at.statement ?? '')
  const shape = sql === null ? null : readStatement(sql)
  const { columns, target } = readSubject(named, shape)
  const rebuilt = target.replace(/^lockstep_new_/, '')
  const tables = [fact.table, copied, target, rebuilt].filter((name) => name !== null)
  const { table, hasColumn } = tableWith(named, tables, step)
  return {
    table: sqlName(table ?? copied ?? fact.table ?? rebuilt),
    hasColumn,
    columns,
    named,
    copies: copied !== null,
    running: fact.at.statement === null && fact.at.frame !== null ? 'call' : 'statement',
    shape,
    unique: { fact, step, sql, target, columns },
  }
}

/** The name of the first of these tables that has a column which a message names, else of the first that there was. */
function tableWith(
  named: string,
  tables: readonly string[],
  { before }: ReplayedStep,
): { readonly table: string | undefined; readonly hasColumn: boolean } {
  const known = tables.flatMap((name) => {
    const table = before.get(`table ${foldCase(name)}`)
    return table?.type === 'table' ? [table] : []
  })
  const having = known.find(({ columns }) => columns.some(({ name }) => mentions(named, name)))
  const found = having ?? known.find(({ name }) => isSameName(name, tables.at(1) ?? '')) ?? known[0]
  return { table: found?.name, hasColumn: having !== undefined }
}

const mentions = (text: string, column: string): boolean =>
  [...namesIn(text)].includes(foldCase(column))

/** The columns and the table that a message names, or where it names none, the statement. */
function readSubject(
  named: string,
  shape: Statement | null,
): Pick<UniqueFailure, 'columns' | 'target'> {
  if (shape?.kind === 'alter-column' && shape.column)
    return { columns: [plainName(shape.column.key)], target: plainName(shape.table.key) }
  if (named.startsWith("index '")) return { columns: [], target: '' }
  const columns = named.split(', ').map((one) => one.slice(one.lastIndexOf('.') + 1))
  return { columns, target: named.split('.')[0] ?? '' }
}
