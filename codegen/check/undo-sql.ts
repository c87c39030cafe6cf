// The SQL that would lead back to an expected schema, as far as one statement each can do it.
import type { SchemaDifference } from '../../src/model/verification.js'
import type { Catalog, CatalogTable } from '../evidence.js'
import { sqlInLine } from './short-sql.js'
import { plainName, sqlName } from './sql-name.js'

/** What is to be written: statements, and tables that must be rebuilt as they are given here. */
export interface Undoing {
  readonly statements: readonly string[]
  /** CREATE TABLE statements. */
  readonly rebuilds: readonly string[]
}

/** Leads from what was found to `expected`; differences in spelling need nothing. */
export function undoSql(differences: readonly SchemaDifference[], expected: Catalog): Undoing {
  const undoings = differences
    .filter(({ grade }) => grade === 'differs')
    .map((one) => undoingOf(one, expected))
  return {
    statements: undoings.flatMap(({ statements = [] }) => statements),
    rebuilds: undoings.flatMap(({ rebuilds = [] }) => rebuilds),
  }
}

function undoingOf(
  { object, change, details }: SchemaDifference,
  expected: Catalog,
): Partial<Undoing> {
  const space = object.indexOf(' ')
  const type = object.slice(0, space).toUpperCase()
  const drop = `DROP ${type} ${sqlName(object.slice(space + 1))}`
  if (change === 'added') return { statements: [drop] }
  const was = expected.get(object)
  if (!was) return {}
  const create = sqlInLine(was.sql)
  if (change === 'lost') return { statements: [create] }
  if (was.type !== 'table') return { statements: [drop, create] }
  const altered = alterations(was, details)
  return altered ? { statements: altered } : { rebuilds: [create] }
}

/** ALTER TABLE for columns that came, or that went from the end of the table; null where only a rebuild helps. */
function alterations(table: CatalogTable, details: SchemaDifference['details']): string[] | null {
  const name = sqlName(table.name)
  if (details.length === 0 || details.some(({ what }) => !what.startsWith('column '))) return null
  if (details.every(({ change }) => change === 'added'))
    return details.map(({ what }) => `ALTER TABLE ${name} DROP COLUMN ${what.slice(7)}`)
  const [lost, ...others] = details
  const last = table.columns.at(-1)?.name.toLowerCase()
  if (others.length > 0 || lost?.change !== 'lost' || plainName(lost.what.slice(7)) !== last)
    return null
  return [`ALTER TABLE ${name} ADD COLUMN ${lost.expected ?? ''}`]
}

/** The undoing as a part of a sentence: what to write; null when nothing can be given. */
export function undoingText({ statements, rebuilds }: Undoing): string | null {
  const parts = [
    ...(statements.length > 0 ? [`add ${statements.map((sql) => `\`${sql}\``).join(', ')}`] : []),
    ...rebuilds.map((create) => `rebuild the table as \`${create}\``),
  ]
  return parts.length > 0 ? parts.join('; ') : null
}
