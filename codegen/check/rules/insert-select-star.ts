// Rows are copied by the position of their columns.
import { statementPlace } from '../subject/place.js'
import { plainName } from '../../../src/sql/names.js'
import { knownColumns } from '../subject/known-columns.js'
import type { FoundStatement, ReplayedStep, Rule, UpStep } from '../subject/rule.js'
import { isStar, starOf } from '../../sql/read-write.js'
import type { Insert, Name } from '../../sql/statement.js'

/**
 * `INSERT … SELECT *` and `SELECT t.*`; silent if the columns are listed in a subquery of the same statement, and if the replay
 * shows that both tables have the same columns in the same order.
 */
export const insertSelectStar: Rule = {
  code: 'INSERT_SELECT_STAR',
  severity: 'warning',
  *check({ upSteps, replay }) {
    const replayed = new Map(replay?.steps.map((step) => [step.migration, step]))
    for (const step of upSteps) {
      for (const statement of step.statements) {
        const { shape } = statement
        const source = shape.kind === 'insert' ? starOf(shape) : null
        if (shape.kind !== 'insert' || !source) continue
        if (isInOrder(shape, statement, replayed.get(step.migration))) continue
        const at = statementPlace(statement)
        yield {
          at,
          message: `${at.file} fills ${shape.table.text} from \`SELECT *\` of ${source.text}, which matches columns by position: where the order differs, values go into the wrong columns without an error.`,
          fix: `Name the columns on both sides: \`${named(shape, source, columnsOf(shape, step))}\`.`,
        }
      }
    }
  },
}

/** A join would bring more columns than the table takes, which SQLite refuses. */
function isInOrder(
  { table, columns, selects }: Insert,
  statement: FoundStatement,
  step: ReplayedStep | undefined,
): boolean {
  if (!step) return false
  const known = knownColumns(step.before)
  for (const one of step.statements.slice(0, step.statements.indexOf(statement))) known.see(one)
  const wanted = columns?.map(({ key }) => plainName(key)) ?? known.of(table.key)
  const stars = selects.filter(({ items, from }) => from !== null && items.some(isStar))
  return stars.every(({ items, from }) => {
    const found = items.length === 1 && from ? known.of(from.key) : null
    return wanted !== null && found !== null && wanted.join('\n') === found.join('\n')
  })
}

/** Those that the statement names, otherwise those of the table if the migration creates it. */
function columnsOf({ columns, table }: Insert, { statements }: UpStep): string {
  const created = statements
    .map(({ shape }) => shape)
    .find((shape) => shape.kind === 'create-table' && shape.name.key === table.key)
  const known =
    columns ??
    (created?.kind === 'create-table' ? created.columns?.map(({ name }) => name) : undefined)
  return known?.map(({ text }) => text).join(', ') ?? 'a, b, …'
}

const named = ({ table }: Insert, source: Name, columns: string): string =>
  `INSERT INTO ${table.text} (${columns}) SELECT ${columns} FROM ${source.text}`
