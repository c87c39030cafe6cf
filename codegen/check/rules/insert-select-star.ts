// Rows are copied by the position of their columns.
import { statementPlace } from '../subject/place.js'
import { plainName } from '../../../src/sql/names.js'
import { knownColumns, type KnownColumns } from '../subject/known-columns.js'
import type { FoundStatement, ReplayedStep, Rule, UpStep } from '../subject/rule.js'
import { isStar, starOf } from '../../sql/read-write.js'
import { sqlName } from '../../sql/sql-name.js'
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
        const known = knownAt(statement, replayed.get(step.migration))
        if (known && isInOrder(shape, known)) continue
        const at = statementPlace(statement)
        const from = known?.of(source.key) ?? null
        yield {
          at,
          message: `${at.file} fills ${shape.table.text} from \`SELECT *\` of ${source.text}, which matches columns by position: if the order differs, values go into the wrong columns without an error.`,
          fix: `Name the columns on both sides: \`${named({ shape, source, text: statement.text, from }, columnsOf(shape, step))}\`.`,
        }
      }
    }
  },
}

/** The columns of tables before a statement. */
function knownAt(
  statement: FoundStatement,
  step: ReplayedStep | undefined,
): KnownColumns | undefined {
  if (!step) return undefined
  const known = knownColumns(step.before)
  for (const one of step.statements.slice(0, step.statements.indexOf(statement))) known.see(one)
  return known
}

/** A join would bring more columns than the table takes, which SQLite refuses. */
function isInOrder({ table, columns, selects }: Insert, known: KnownColumns): boolean {
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

interface Copy {
  readonly shape: Insert
  readonly source: Name
  readonly text: string
  /** The columns of the source; null if unknown. */
  readonly from: readonly string[] | null
}

/** What is selected beside the star stays. */
function named({ shape, source, text, from }: Copy, columns: readonly string[]): string {
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
        ...fromSource(columns.slice(star, columns.length - behind.length), from),
        ...behind.map(textOf),
      ]
  return `INSERT INTO ${shape.table.text} (${columns.join(', ')}) SELECT ${selected.join(', ')} FROM ${source.text}`
}

/** Each column by its own name in the source, or else by that of the one in its place. */
function fromSource(columns: readonly string[], from: readonly string[] | null): readonly string[] {
  if (from?.length !== columns.length) return columns
  return columns.map((name, at) => (from.includes(plainName(name)) ? name : sqlName(from[at]!)))
}
