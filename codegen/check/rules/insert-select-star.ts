// Rows are copied by the position of their columns.
import { statementPlace } from '../subject/place.js'
import { plainName } from '../../../src/sql/names.js'
import { knownColumns } from '../subject/known-columns.js'
import type { FoundStatement, ReplayedStep, Rule, UpStep } from '../subject/rule.js'
import { isStar, starOf } from '../../sql/read-write.js'
import type { Insert, Name, Word } from '../../sql/statement.js'

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
          message: `${at.file} fills ${shape.table.text} from \`SELECT *\` of ${source.text}, which matches columns by position: if the order differs, values go into the wrong columns without an error.`,
          fix: `Name the columns on both sides: \`${named(shape, source, step, statement.text)}\`.`,
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
function columnsOf({ columns, table }: Insert, { statements }: UpStep): readonly string[] {
  const created = statements
    .map(({ shape }) => shape)
    .find((shape) => shape.kind === 'create-table' && shape.name.key === table.key)
  const known =
    columns ??
    (created?.kind === 'create-table' ? created.columns?.map(({ name }) => name) : undefined)
  return known?.map(({ text }) => text) ?? ['a', 'b', '…']
}

/** What is selected beside the star stays. */
function named(shape: Insert, source: Name, step: UpStep, text: string): string {
  const columns = columnsOf(shape, step)
  const [items = []] = shape.selects.flatMap((one) => (one.items.some(isStar) ? [one.items] : []))
  const star = items.findIndex(isStar)
  const behind = items.slice(star + 1)
  const textOf = (item: readonly Word[]): string => {
    const [first, last] = [item[0]!, item.at(-1)!]
    return text.slice(first.start, last.start + last.text.length)
  }
  const selected = behind.some(isStar)
    ? columns
    : [
        ...items.slice(0, star).map(textOf),
        ...columns.slice(star, columns.length - behind.length),
        ...behind.map(textOf),
      ]
  return `INSERT INTO ${shape.table.text} (${columns.join(', ')}) SELECT ${selected.join(', ')} FROM ${source.text}`
}
