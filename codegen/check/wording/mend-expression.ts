// Says what to do about a declared expression, `using` or `back`, that fails, or that gives what the table does not take. Pure.
import type { StepFailed } from '../../model/evidence.js'
import type { ParsedMigration } from '../../model/migration.js'
import { namesIn } from '../../sql/names-in.js'
import { sqlName } from '../../sql/sql-name.js'
import { declaredExpression, type DeclaredExpression } from '../subject/declared-place.js'

/**
 * The expression that a failure is about: the one that fails by itself, or that gives a column what its table does not take.
 * Undefined if there is none.
 */
export function expressionAtFault(
  { at: { direction }, message, table, column, expression }: StepFailed,
  migration: ParsedMigration,
): DeclaredExpression | undefined {
  if (expression)
    return declaredExpression(migration, direction, {
      table: expression.table,
      columns: [expression.column],
    })
  const [, named] = LIMITS[direction].exec(message) ?? []
  if (named === undefined) return undefined
  const names = [...namesIn(named)]
  const [made] = names.flatMap((name) => REBUILT.exec(name)?.[1] ?? [])
  const of = made ?? table
  const about = (columns: readonly string[]): DeclaredExpression | undefined =>
    of === null ? undefined : declaredExpression(migration, direction, { table: of, columns })
  return about(names) ?? (column === undefined ? undefined : about([column]))
}

/** On the way forward, it may be the rows that are to be alike no longer, or to be converted. */
const LIMITS = {
  up: /^(?:NOT NULL|CHECK) constraint failed: (.*)$/ms,
  down: /^(?:\w+(?: NULL)? constraint failed:|cannot store \w+ value in \w+ column) (.*)$/ms,
}
const REBUILT = /^lockstep_new_(.+)$/

/** `` `back` of name ``. */
export const expressionName = ({
  word,
  column,
}: Pick<DeclaredExpression, 'word' | 'column'>): string => `\`${word}\` of ${sqlName(column)}`

/** What to do, without a full stop. */
export function mendExpression(
  declared: DeclaredExpression,
  { message, expression }: StepFailed,
): string {
  const it = expressionName(declared)
  if (expression?.aggregates)
    return `Write the aggregate in ${it} as a subquery, as in \`(SELECT max(…) FROM ${sqlName(declared.table)})\`: by itself it merges all rows into one`
  for (const [pattern, fix] of FIXES) {
    const match = pattern.exec(message)
    if (match) return fix(it, match[1] ?? '')
  }
  return `Correct ${it} so that it works on every row that the schema allows`
}

const FIXES: readonly (readonly [RegExp, (it: string, named: string) => string])[] = [
  [
    /^no such column: (.*) - should this be a string literal in single-quotes/,
    (it, name) =>
      `Put the text in ${it} in single quotes, \`'${name.replace(/^"(.*)"$/, '$1').replaceAll("'", "''")}'\`: double quotes are for names`,
  ],
  [
    /^no such function:/,
    (it) =>
      `Correct the name of the function in ${it}, or register it in \`open\` of the configuration, which opens the database for the replay as well`,
  ],
  [/^no such (\w+):/, (it, kind) => `Correct the name of the ${kind} in ${it}`],
  [/syntax error|incomplete input|unrecognized token/, (it) => `Correct the syntax of ${it}`],
  [
    /^NOT NULL constraint failed/,
    (it) =>
      `Make ${it} give a value for every row, for example with \`coalesce(…, …)\`, or with an ELSE if it is a CASE`,
  ],
  [
    /^UNIQUE constraint failed/,
    (it) => `Make ${it} give each row its own value, for example by including the key of the row`,
  ],
  [/^CHECK constraint failed/, (it) => `Make ${it} give every row a value that the CHECK allows`],
  [
    /^cannot store \w+ value in (\w+) column/,
    (it, type) => `Make ${it} give only values of the type ${type}`,
  ],
]
