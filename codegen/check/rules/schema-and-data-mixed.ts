// One migration changes the schema, and rows that are unrelated to it.
import { clauseOf } from '../../sql/column-clauses.js'
import { statementPlace } from '../subject/place.js'
import { isOwn } from '../subject/up-steps.js'
import { wordsOf } from '../../sql/word-reader.js'
import type { Catalog } from '../../model/catalog.js'
import { foldCase, plainName } from '../../../src/sql/names.js'
import type { Rule, FoundStatement, UpStep } from '../subject/rule.js'
import type { AddColumn, Statement } from '../../sql/statement.js'
import { tableIn } from '../../model/in-catalog.js'

/**
 * Silent if the rows belong to the schema change: those of tables that the migration creates, rebuilds, alters, indexes or drops,
 * the parents of a column that it adds, and those that such a table is filled from, an UPDATE or INSERT that reads from such a
 * table, commands to a full-text table, SQLite's own tables; and rows that refer to rows of these tables that the migration
 * deletes, as when duplicates make way for a unique index or rows are moved, and what refers to these in turn. What remains are
 * rows of tables that the rest of the migration does not touch. One finding per migration.
 */
export const schemaAndDataMixed: Rule = {
  code: 'SCHEMA_AND_DATA_MIXED',
  severity: 'info',
  *check({ upSteps, replay }) {
    for (const step of upSteps) {
      const before = replay?.steps.find(({ migration }) => migration === step.migration)?.before
      const { touched, writes } = mixedIn(step, before)
      const [statement] = writes
      if (!statement || !('table' in statement.shape) || !statement.shape.table) continue
      const at = statementPlace(statement)
      yield {
        at,
        message: `${at.file} changes the schema, and also rows of ${statement.shape.table.text}, which that change does not touch. The two can only be applied and rolled back together.`,
        fix: `Move the statements that change rows into a migration of their own${orderOf(step, touched, writes)}.`,
      }
    }
  },
}

/** The order to separate them in as it is now: before the first schema change, or after the last one. */
function orderOf(
  { statements }: UpStep,
  touched: ReadonlySet<string>,
  writes: readonly FoundStatement[],
): string {
  const places = statements.flatMap(({ shape }, at) =>
    touchedBy(shape).some((key) => touched.has(key)) ? [at] : [],
  )
  const own = writes.map((one) => statements.indexOf(one))
  if (Math.max(...own) < Math.min(...places)) return ', before this one'
  return Math.min(...own) > Math.max(...places) ? ', after this one' : ''
}

interface Mixed {
  /** The tables that the change of the schema is about. */
  readonly touched: ReadonlySet<string>
  /** The statements that change rows of others. */
  readonly writes: readonly FoundStatement[]
}

function mixedIn(step: UpStep, before: Catalog | undefined): Mixed {
  const shapes = step.statements.map(({ shape }) => shape)
  const touched = new Set(shapes.flatMap(touchedBy))
  // Temporary objects are not part of the schema, nor is dropping them.
  for (const shape of shapes)
    if ('temporary' in shape && shape.temporary) touched.delete(shape.name.key)
  if (touched.size === 0) return { touched, writes: [] }
  const fillings = fillingsOf(step, touched)
  const read = new Set([...touched, ...notesOn(step, touched)])
  const writes = step.statements.filter((statement) => {
    const { shape } = statement
    if (shape.kind !== 'insert' && shape.kind !== 'update' && shape.kind !== 'delete') return false
    const { key } = shape.table
    if (isOwn(step, key) || touched.has(key) || key.startsWith('sqlite_')) return false
    if (isCommand(shape) || mentions(statement, read)) return false
    return !fillings.some((filling) => mentions(filling, new Set([key])))
  })
  const staying = writes.filter((one) => !pointsAnew(one, touched, before))
  return { touched, writes: withoutFollowers(staying, step, before) }
}

/** The statements that insert rows into one of these tables; if code provides the values, also its queries. */
function fillingsOf({ statements }: UpStep, touched: ReadonlySet<string>): FoundStatement[] {
  const fillings = statements.filter(
    ({ shape }) => shape.kind === 'insert' && touched.has(shape.table.key),
  )
  const isByCode = fillings.some(({ shape }) => shape.kind === 'insert' && !shape.selects.length)
  return isByCode
    ? [...fillings, ...statements.filter(({ text }) => /^\s*(?:select|with)\b/i.test(text))]
    : fillings
}

/** Temporary tables created from these: they record which row has become which. */
const notesOn = ({ statements }: UpStep, touched: ReadonlySet<string>): string[] =>
  statements.flatMap((one) => {
    const { shape } = one
    const into =
      shape.kind === 'create-table' ? shape.name : shape.kind === 'insert' ? shape.table : null
    const isNote = statements.some(
      (made) =>
        made.shape.kind === 'create-table' &&
        isTemporary(made.shape) &&
        made.shape.name.key === into?.key,
    )
    return into && isNote && mentions(one, touched) ? [into.key] : []
  })

/** Whether an UPDATE only sets keys to such tables. */
function pointsAnew(
  { shape }: FoundStatement,
  touched: ReadonlySet<string>,
  before: Catalog | undefined,
): boolean {
  if (shape.kind !== 'update') return false
  const keys = tableIn(before, plainName(shape.table.key))?.foreignKeys ?? []
  const own = keys.filter(({ parent }) => touched.has(foldCase(parent)))
  const names = new Set(own.flatMap(({ columns }) => columns.map(foldCase)))
  return shape.columns.length > 0 && shape.columns.every(({ key }) => names.has(plainName(key)))
}

/** Without those about rows that point at others which belong to the change and are deleted: without them, keys would break. */
function withoutFollowers(
  writes: readonly FoundStatement[],
  step: UpStep,
  before: Catalog | undefined,
): readonly FoundStatement[] {
  const parents = new Set(
    step.statements.flatMap((one) =>
      one.shape.kind === 'delete' && !writes.includes(one) ? [plainName(one.shape.table.key)] : [],
    ),
  )
  const left = writes.filter(({ shape }) => {
    const table = 'table' in shape && tableIn(before, plainName(shape.table?.key ?? ''))
    return !table || !table.foreignKeys.some(({ parent }) => parents.has(foldCase(parent)))
  })
  return left.length === writes.length ? left : withoutFollowers(left, step, before)
}

/** The tables that a change of the schema is about. */
function touchedBy(shape: Statement): string[] {
  if (isTemporary(shape)) return []
  switch (shape.kind) {
    case 'create-table':
      return [shape.name.key]
    case 'create-index':
    case 'create-trigger':
      return shape.table ? [shape.table.key] : []
    case 'create-view':
    case 'drop':
      return [shape.name.key]
    case 'rename-table':
      return [shape.table.key, shape.to.key]
    case 'add-column':
      return [shape.table.key, ...parentOf(shape)]
    case 'rename-column':
    case 'drop-column':
    case 'alter-column':
    case 'alter-constraint':
      return [shape.table.key]
    default:
      return []
  }
}

const parentOf = ({ column }: AddColumn): readonly string[] =>
  clauseOf(column, 'references')?.slice(1, 2) ?? []

/** Also DROP and ALTER, if they name the schema. */
const isTemporary = (shape: Statement): boolean =>
  ('temporary' in shape && shape.temporary) ||
  ('name' in shape && shape.name.schema === 'temp') ||
  ('table' in shape && shape.table?.schema === 'temp')

/** `INSERT INTO search (search) VALUES ('rebuild')`. */
const isCommand = (shape: Statement): boolean =>
  shape.kind === 'insert' && shape.columns?.[0]?.key === shape.table.key

/** Whether a statement reads from one of these tables, or names it in any other way. */
const mentions = ({ text }: FoundStatement, touched: ReadonlySet<string>): boolean =>
  [...wordsOf(text)].some(({ key, kind }) => kind !== 'string' && touched.has(key))
