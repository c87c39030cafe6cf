// Reads the REFERENCES clauses of a statement.
import { cutClauses } from '../../src/schema/cut-clauses.js'
import { plainName } from '../../src/sql/names.js'
import type { ColumnDefinition, Statement } from './statement.js'

/** A foreign key as declared; names in folded form, without quotes. */
export interface Reference {
  readonly columns: readonly string[]
  readonly parent: string
  /** Empty for the primary key. */
  readonly parentColumns: readonly string[]
}

/** The foreign keys that a CREATE TABLE or an ALTER TABLE declares, those of columns first. */
export function referencesIn(shape: Statement): Reference[] {
  switch (shape.kind) {
    case 'create-table':
      return [...(shape.columns ?? []).flatMap(ofColumn), ...shape.constraints.flatMap(ofTable)]
    case 'add-column':
      return ofColumn(shape.column)
    case 'alter-constraint':
      return ofTable(shape.constraint)
    default:
      return []
  }
}

const ofColumn = ({ name, clauses }: ColumnDefinition): Reference[] =>
  clauses.flatMap((clause) => parentIn(clause, [plainName(name.key)]))

const ofTable = (constraint: readonly string[]): Reference[] =>
  cutClauses(constraint).clauses.flatMap((clause) => {
    const columns = clause.slice(clause.indexOf('(') + 1, clause.indexOf(')'))
    return parentIn(clause, namesOf(columns))
  })

function parentIn(clause: readonly string[], columns: readonly string[]): Reference[] {
  const at = clause.indexOf('references')
  const parent = clause[at + 1]
  if (at < 0 || parent === undefined) return []
  const named = clause[at + 2] === '(' ? clause.slice(at + 3, clause.indexOf(')', at)) : []
  return [{ columns, parent: plainName(parent), parentColumns: namesOf(named) }]
}

const namesOf = (list: readonly string[]): string[] =>
  list.filter((word) => word !== ',').map(plainName)
