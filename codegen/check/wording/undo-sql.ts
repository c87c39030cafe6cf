// Writes the SQL that would lead back to an expected schema. It is only a proposal until it has been tried.
import type { SchemaDifference } from '../../../src/model/verification.js'
import type { CatalogColumn, CatalogObject, CatalogTable } from '../../model/catalog.js'
import { renamedTables, type RenamedTable, type Schemas } from './renamed-tables.js'
import { readStatement } from '../../sql/read-statement.js'
import { isConstant } from '../../sql/is-constant.js'
import { sqlInLine } from '../../sql/one-line.js'
import { sqlName } from '../../sql/sql-name.js'
import { foldUpper, isSameName, plainName, unquote } from '../../../src/sql/names.js'

/** A statement to run, or a table to rebuild with a CREATE TABLE statement. */
export interface UndoStep {
  readonly kind: 'run' | 'rebuild'
  readonly sql: string
}

/** `altered`: tables are changed where one statement each suffices. `rebuilt`: differing tables are rebuilt. */
export type UndoWay = 'altered' | 'rebuilt'

/**
 * Leads from what was found to the schema before the step, in the project's own spelling, in a working order; objects that
 * disappear with their table are not named. Differences in spelling need nothing.
 */
export function undoSql(
  differences: readonly SchemaDifference[],
  schemas: Schemas,
  way: UndoWay,
): UndoStep[] {
  const real = differences.filter(({ grade }) => grade === 'differs')
  const renamed = way === 'altered' ? renamedTables(real, schemas) : []
  const settled = new Set(renamed.flatMap(({ objects }) => objects))
  const others = real.filter(({ object }) => !settled.has(object))
  const steps = others
    .filter((one) => !goesWithTable(one, others, schemas))
    .flatMap((one) => undoingOf(one, schemas, way))
  const all = [...renamed.flatMap(renameBack), ...steps]
  return all.sort((one, other) => one.place - other.place).map(({ step }) => step)
}

interface Placed {
  readonly place: number
  readonly step: UndoStep
}

/** Dependents are dropped first and created last. */
const PLACES = {
  'drop trigger': 0,
  'drop view': 1,
  'drop index': 2,
  alter: 3,
  'drop table': 4,
  rename: 5,
  rebuild: 6,
  'create table': 7,
  'create index': 8,
  'create view': 9,
  'create trigger': 10,
}

const run = (sql: string): UndoStep => ({ kind: 'run', sql })
const placed = (place: number | undefined, step: UndoStep): Placed => ({ place: place ?? 0, step })

function undoingOf(
  { object, change, details }: SchemaDifference,
  { before, after }: Schemas,
  way: UndoWay,
): Placed[] {
  const [type, name] = cutOnce(object)
  const was = before.get(object)
  const spelled = (was ?? after.get(object))?.name ?? name
  const drop = placed(
    PLACES[`drop ${type}` as keyof typeof PLACES],
    run(`DROP ${foldUpper(type)} ${sqlName(spelled)}`),
  )
  if (change === 'added') return [drop]
  if (!was) return []
  const create = placed(PLACES[`create ${type}` as keyof typeof PLACES], run(sqlInLine(was.sql)))
  if (change === 'lost') return [create]
  if (was.type !== 'table') return [drop, create]
  const altered = way === 'altered' ? alterations(was, details, after.get(object)) : null
  return altered
    ? altered.map((sql) => placed(PLACES.alter, run(sql)))
    : [placed(PLACES.rebuild, { kind: 'rebuild', sql: sqlInLine(was.sql) })]
}

function cutOnce(object: string): readonly [type: string, name: string] {
  const space = object.indexOf(' ')
  return [object.slice(0, space), object.slice(space + 1)]
}

/** An index or a trigger that is too much, on a table that is. */
function goesWithTable(
  { object, change }: SchemaDifference,
  all: readonly SchemaDifference[],
  { after }: Schemas,
): boolean {
  const own = after.get(object)
  if (change !== 'added' || (own?.type !== 'index' && own?.type !== 'trigger')) return false
  return all.some((one) => one.change === 'added' && isSameName(one.object, `table ${own.table}`))
}

/** Gives a table its columns and its name back. */
function renameBack({ was, is, more }: RenamedTable): Placed[] {
  const name = sqlName(is.name)
  const drops = more.map((column) => `ALTER TABLE ${name} DROP COLUMN ${sqlName(column)}`)
  return [
    ...drops.map((sql) => placed(PLACES.alter, run(sql))),
    placed(PLACES.rename, run(`ALTER TABLE ${name} RENAME TO ${sqlName(was.name)}`)),
  ]
}

/** ALTER TABLE for columns that were added, removed from the end of the table, or renamed; null if only a rebuild helps. */
function alterations(
  table: CatalogTable,
  details: SchemaDifference['details'],
  after: CatalogObject | undefined,
): string[] | null {
  const name = sqlName(table.name)
  const columns = details.filter(({ what }) => what.startsWith('column '))
  const namesOf = (change: 'added' | 'lost'): string[] =>
    columns
      .filter((one) => one.change === change)
      .map(({ what }) => plainName(what.slice('column '.length)))
  const [added, lost] = [namesOf('added'), namesOf('lost')]
  if (columns.length === 0 || added.length + lost.length < columns.length) return null
  if (lost.length === 0)
    return added.map((column) => `ALTER TABLE ${name} DROP COLUMN ${spelledIn(after, column)}`)
  if (
    added.length === 1 &&
    lost.length === 1 &&
    placeOf(table, lost[0]!) === placeOf(after, added[0]!)
  )
    return [
      `ALTER TABLE ${name} RENAME COLUMN ${spelledIn(after, added[0]!)} TO ${spelledIn(table, lost[0]!)}`,
    ]
  return added.length === 0 ? additions(table, lost) : null
}

/** For the last columns of a table, in order; null if they are others, or cannot be added. */
function additions(table: CatalogTable, lost: readonly string[]): string[] | null {
  const last = table.columns.slice(-lost.length)
  const texts = last.map((column) =>
    lost.some((name) => isSameName(name, column.name)) && canBeAdded(column)
      ? columnText(table.sql, column.name)
      : null,
  )
  return texts.every((text) => text !== null)
    ? texts.map((text) => `ALTER TABLE ${sqlName(table.name)} ADD COLUMN ${sqlInLine(text)}`)
    : null
}

/** The definition of a column as the project wrote it; null if the statement lists no such column. */
function columnText(createTable: string, column: string): string | null {
  const shape = readStatement(createTable)
  const columns = shape.kind === 'create-table' ? (shape.columns ?? []) : []
  const found = columns.find(({ name }) => isSameName(unquote(name.text), column))
  return found ? createTable.slice(found.start, found.end) : null
}

const columnsOf = (table: CatalogObject | undefined): readonly CatalogColumn[] =>
  table?.type === 'table' ? table.columns : []

const placeOf = (table: CatalogObject | undefined, column: string): number =>
  columnsOf(table).findIndex(({ name }) => isSameName(name, column))

const spelledIn = (table: CatalogObject | undefined, column: string): string =>
  sqlName(columnsOf(table)[placeOf(table, column)]?.name ?? column)

/** SQLite adds no column to a table with rows that must have a value, or one that is not the same for all. */
function canBeAdded({ notNull, default: value, generated }: CatalogColumn): boolean {
  if (generated === 'stored' || (notNull && generated === null && value === null)) return false
  return value === null || isConstant(value)
}

/** What to write, as a part of a sentence; null if there is nothing to suggest. */
export function undoingText(steps: readonly UndoStep[]): string | null {
  const parts = steps.map(({ kind, sql }, at) => {
    if (kind === 'rebuild') return `rebuild the table as \`${sql}\``
    return steps[at - 1]?.kind === 'run' ? `\`${sql}\`` : `add \`${sql}\``
  })
  if (parts.length === 0) return null
  return parts.reduce((text, part) => `${text}${part.startsWith('`') ? ', ' : '; '}${part}`)
}
