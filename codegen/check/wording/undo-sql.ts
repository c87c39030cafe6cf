// The SQL that would lead back to an expected schema, as far as one statement each can do it.
import type { SchemaDifference } from '../../../src/model/verification.js'
import type { CatalogColumn, CatalogObject, CatalogTable } from '../../model/catalog.js'
import { readStatement } from '../../sql/read-statement.js'
import type { ReplayedStep } from '../subject/rule.js'
import { sqlInLine } from '../../sql/one-line.js'
import { sqlName } from '../../sql/sql-name.js'
import { foldUpper, isSameName, plainName, unquote } from '../../../src/sql/names.js'

/** What is to be written: statements, and tables that must be rebuilt as they are given here. */
export interface Undoing {
  readonly statements: readonly string[]
  /** CREATE TABLE statements. */
  readonly rebuilds: readonly string[]
}

/** The schema that is wanted again, and the one that the migration leads to, of which `down` may have left something. */
type Schemas = Pick<ReplayedStep, 'before' | 'after'>

/**
 * Leads from what was found to the schema before the step, in the project's own way of writing; differences in spelling
 * need nothing.
 */
export function undoSql(differences: readonly SchemaDifference[], schemas: Schemas): Undoing {
  const undoings = differences
    .filter(({ grade }) => grade === 'differs')
    .map((one) => undoingOf(one, schemas))
  return {
    statements: undoings.flatMap(({ statements = [] }) => statements),
    rebuilds: undoings.flatMap(({ rebuilds = [] }) => rebuilds),
  }
}

function undoingOf(
  { object, change, details }: SchemaDifference,
  { before, after }: Schemas,
): Partial<Undoing> {
  const [type, name] = cutOnce(object)
  const was = before.get(object)
  const spelled = (was ?? after.get(object))?.name ?? name
  const drop = `DROP ${foldUpper(type)} ${sqlName(spelled)}`
  if (change === 'added') return { statements: [drop] }
  if (!was) return {}
  const create = sqlInLine(was.sql)
  if (change === 'lost') return { statements: [create] }
  if (was.type !== 'table') return { statements: [drop, create] }
  const altered = alterations(was, details, after.get(object))
  return altered ? { statements: altered } : { rebuilds: [create] }
}

function cutOnce(object: string): readonly [type: string, name: string] {
  const space = object.indexOf(' ')
  return [object.slice(0, space), object.slice(space + 1)]
}

/** ALTER TABLE for columns that came, or that went from the end of the table; null where only a rebuild helps. */
function alterations(
  table: CatalogTable,
  details: SchemaDifference['details'],
  after: CatalogObject | undefined,
): string[] | null {
  const name = sqlName(table.name)
  if (details.length === 0 || details.some(({ what }) => !what.startsWith('column '))) return null
  const named = details.map(({ what }) => plainName(what.slice('column '.length)))
  if (details.every(({ change }) => change === 'added'))
    return named.map((column) => `ALTER TABLE ${name} DROP COLUMN ${spelledIn(after, column)}`)
  const last = table.columns.at(-1)
  const isLast = last && isSameName(last.name, named[0] ?? '') && details[0]?.change === 'lost'
  if (details.length > 1 || !isLast || !canBeAdded(last)) return null
  const text = columnText(table.sql, last.name)
  return text === null ? null : [`ALTER TABLE ${name} ADD COLUMN ${sqlInLine(text)}`]
}

/** The definition of a column as the project wrote it; null where the statement lists no such column. */
function columnText(createTable: string, column: string): string | null {
  const shape = readStatement(createTable)
  const columns = shape.kind === 'create-table' ? (shape.columns ?? []) : []
  const found = columns.find(({ name }) => isSameName(unquote(name.text), column))
  return found ? createTable.slice(found.start, found.end) : null
}

function spelledIn(table: CatalogObject | undefined, column: string): string {
  const columns = table?.type === 'table' ? table.columns : []
  return sqlName(columns.find(({ name }) => isSameName(name, column))?.name ?? column)
}

/** SQLite adds no column to a table with rows that must have a value, or one that is not the same for all. */
function canBeAdded({ notNull, default: value, generated }: CatalogColumn): boolean {
  if (generated === 'stored' || (notNull && generated === null && value === null)) return false
  return value === null || CONSTANT.test(value.trim())
}

const CONSTANT = /^(?:[+-]?\s*\.?\d[\w.+-]*|x?'[^']*(?:''[^']*)*'|"[^"]*"|null|true|false)$/i

/** The undoing as a part of a sentence: what to write; null when nothing can be given. */
export function undoingText({ statements, rebuilds }: Undoing): string | null {
  const parts = [
    ...(statements.length > 0 ? [`add ${statements.map((sql) => `\`${sql}\``).join(', ')}`] : []),
    ...rebuilds.map((create) => `rebuild the table as \`${create}\``),
  ]
  return parts.length > 0 ? parts.join('; ') : null
}
