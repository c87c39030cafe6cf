// A migration demands more of the rows that there are than was demanded when they were written.
import { inSmallLetters } from '../../../src/schema/canonical-tokens.js'
import type { CatalogColumn, CatalogTable } from '../../evidence.js'
import { changePlace } from '../change-place.js'
import { lengthOf, typesChangedIn } from '../changed-types.js'
import { ignoreComment, sentence, versionName } from '../describe-step.js'
import { factsIn } from '../facts.js'
import { addedForeignKeys, type AddedForeignKey } from '../added-foreign-keys.js'
import { narrowedChecks } from '../narrowed-checks.js'
import type { ReplayedStep, Rule } from '../rule.js'
import { isSameName, sqlName } from '../sql-name.js'
import { traceTables, type TableTrace } from '../trace-tables.js'

/**
 * NOT NULL, CHECK, a foreign key, a shorter length, STRICT, over columns that were there before. Says nothing where the step was seen to
 * fail on rows, which `REPLAY_FAILS_ON_ROWS` tells better. Of a NOT NULL where rows with NULL were seen to go through the
 * step, as they do when the copy fills them, it tells what becomes of those who still write NULL.
 */
export const columnNarrowed: Rule = {
  code: 'COLUMN_NARROWED',
  severity: 'error',
  standing: 'acknowledged',
  stage: 'replay',
  meaning:
    'A migration allows less in a column than before; rows from before, or code from before, may not fit.',
  problem:
    'Generated rows prove only what the schema allows, not what real databases contain. On an installation with one row that ' +
    'does not fit, the migration fails, and the application does not start. Where the migration mends such rows, code that ' +
    'still writes them fails.',
  solution:
    'Find the rows that do not fit and mend them in the same migration before the new demand comes into force, then say so in a comment.',
  *check({ replay }) {
    const empty = new Set<string>()
    for (const step of replay?.steps ?? []) {
      for (const { table } of factsIn(step, 'unseeded')) empty.add(inSmallLetters(table))
      if (failsOnRows(step)) continue
      for (const trace of traceTables(step)) {
        for (const { message, fix } of narrowings(trace, step, empty)) {
          const at = changePlace(trace.statement, step)
          yield {
            at,
            message: sentence(`${versionName(step, at)} ${message}.`),
            fix: `${fix} If all rows fit, say why in the migration: ${ignoreComment('COLUMN_NARROWED', step.migration)}.`,
          }
        }
      }
    }
  },
}

const failsOnRows = (step: ReplayedStep): boolean =>
  factsIn(step, 'step-failed').some(({ stage, at }) => stage === 'rows' && at.direction === 'up')

interface Narrowing {
  readonly message: string
  readonly fix: string
}

/** `empty` are the tables of which rows could not be made, in this version or before it. */
function narrowings(
  trace: TableTrace,
  step: ReplayedStep,
  empty: ReadonlySet<string>,
): Narrowing[] {
  const { after } = trace
  if (!after || isEmptied(after, step)) return []
  const proven = isProven(trace, step, empty)
  const keys = addedForeignKeys(trace, step).filter(({ replaces }) => !(replaces && proven))
  return [
    ...requiredColumns(trace, after, proven ? FILLED : UNFILLED),
    ...checks(trace, after),
    ...foreignKeys(trace, keys),
    ...lengths(trace, after),
    ...strictness(trace, after),
  ]
}

/** Whether no row of before is left, of which `ROWS_LOST` tells: no demand meets them. */
const isEmptied = ({ name }: CatalogTable, step: ReplayedStep): boolean =>
  factsIn(step, 'rows-lost').some(
    ({ at, table, after }) => at.direction === 'up' && after === 0 && isSameName(table, name),
  )

/** Whether rows with every value that the old table allows went through the step. */
const isProven = (
  { before, after }: TableTrace,
  step: ReplayedStep,
  empty: ReadonlySet<string>,
): boolean =>
  factsIn(step, 'unproven').length === 0 &&
  ![before, after].some((table) => table && empty.has(inSmallLetters(table.name)))

type Words = (name: string, column: CatalogColumn, example: string) => Narrowing

const UNFILLED: Words = (name, _, example) => ({
  message: `makes ${name} NOT NULL, and fails where a row has NULL there`,
  fix: `Fill such rows first: \`${example}\`.`,
})

const FILLED: Words = (name, { default: value }) => ({
  message: `makes ${name} NOT NULL. The rows that have NULL there get through, but code that still writes NULL${value === null ? ', or leaves the column out,' : ''} fails from this version on`,
  fix: 'Let all code write a value first, and make the column NOT NULL in a later version.',
})

function requiredColumns(
  { before: old, columns }: TableTrace,
  table: CatalogTable,
  words: Words,
): Narrowing[] {
  return columns.flatMap(({ before, after }) => {
    const neverNull =
      before.notNull || (before.primaryKey > 0 && old.withoutRowid) || isRowid(before)
    if (!after?.notNull || neverNull) return []
    const [rows, column] = [sqlName(old.name), sqlName(before.name)]
    const example = `UPDATE ${rows} SET ${column} = … WHERE ${column} IS NULL`
    return words(`${table.name}.${after.name}`, after, example)
  })
}

/** An INTEGER PRIMARY KEY holds whole numbers only, and never NULL. */
const isRowid = ({ primaryKey, type }: CatalogColumn): boolean =>
  primaryKey > 0 && /^integer$/i.test(type)

function checks(trace: TableTrace, table: CatalogTable): Narrowing[] {
  return narrowedChecks(trace).map(({ check, was }) => ({
    message: `${was === null ? `adds CHECK (${check}) to` : `replaces CHECK (${was}) by CHECK (${check}) in`} ${table.name}, which no row from before was ever held to, and fails where one does not satisfy it`,
    fix: `Look for such rows with \`SELECT * FROM ${sqlName(trace.before.name)} WHERE NOT (${check})\` and change them first.`,
  }))
}

function foreignKeys(trace: TableTrace, keys: readonly AddedForeignKey[]): Narrowing[] {
  return keys.map(({ table, columns, parent, parentColumns }) => {
    const [child, key] = [sqlName(trace.before.name), sqlName(columns[0] ?? '')]
    const found = `SELECT * FROM ${child} WHERE ${key} NOT IN (SELECT ${sqlName(parentColumns[0] ?? 'rowid')} FROM ${sqlName(parent)})`
    return {
      message: `adds a foreign key from ${table} (${columns.join(', ')}) to ${parent}, which no row from before was ever held to, and fails where a row has no parent`,
      fix: `Look for such rows${columns.length === 1 ? ` with \`${found}\`` : ''} and change them first.`,
    }
  })
}

function lengths(trace: TableTrace, table: CatalogTable): Narrowing[] {
  return typesChangedIn(trace).flatMap((changed) => {
    const [was, is] = [lengthOf(changed.before), lengthOf(changed.after)]
    if (changed.kind !== 'length' || is === null) return []
    if (was !== null && was <= is) return []
    const column = sqlName(changed.before.name)
    return {
      message: `declares ${table.name}.${changed.after.name} as ${changed.after.type} instead of ${changed.before.type}. SQLite does not enforce the length: longer values stay, and code that trusts the declaration meets them`,
      fix: `Shorten the longer ones, \`SELECT * FROM ${sqlName(table.name)} WHERE length(${column}) > ${is}\`, and let a CHECK enforce the length.`,
    }
  })
}

function strictness({ before }: TableTrace, table: CatalogTable): Narrowing[] {
  const typed = before.columns.find((column) => !/^any$/i.test(column.type) && !isRowid(column))
  if (!table.strict || before.strict || !typed) return []
  const [rows, column] = [sqlName(before.name), sqlName(typed.name)]
  return [
    {
      message: `makes ${table.name} STRICT, and fails where a column holds a value that is not of its type, which it was allowed to until now`,
      fix: `Look what the columns hold, \`SELECT typeof(${column}), count(*) FROM ${rows} GROUP BY 1\` for each, and convert what does not fit first.`,
    },
  ]
}
