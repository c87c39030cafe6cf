// Where a migration that declares changes of tables says what a finding is about.
import { isSameName, plainName } from '../../../src/sql/names.js'
import type { Diagnostic, Position } from '../../model/diagnostic.js'
import type { Direction, StepPlace } from '../../model/evidence.js'
import type { Declared, ParsedMigration, TableChange } from '../../model/migration.js'
import { mentions } from '../../sql/names-in.js'
import { sqlTokens } from '../../sql/sql-tokens.js'

/** Whether nobody has written the statements of a side: it declares what is to become of tables. */
export const isDeclared = (migration: ParsedMigration, direction: Direction): boolean => {
  const side = migration[direction]
  if (migration.alter === undefined || !side) return false
  return (
    direction === 'up' || (side.kind === 'code' ? side.steps !== undefined : side.derived === true)
  )
}

/** A place without its statement, where nobody has written that. */
export const withoutDeclared = <P extends StepPlace>(place: P, migration: ParsedMigration): P =>
  isDeclared(migration, place.direction) ? { ...place, statement: null } : place

/** The place of the column or of the table, where the finding only points at the declaration; else that which it has. */
export function declaredPlace(
  {
    at,
    subject,
    code,
  }: { readonly at: Position; readonly subject?: string } & Pick<Diagnostic, 'code'>,
  migrations: readonly ParsedMigration[],
): Position {
  const { alter } = migrations.find((one) => one.alter && isSame(one.alter.position, at)) ?? {}
  const [table, dot, column] = [...sqlTokens(subject ?? '')].map(plainName)
  const change = alter?.tables.find(({ table: { value } }) => isSameName(value, table ?? ''))
  if (!change) return at
  const named = dot === '.' && column !== undefined ? namesIn(change, code) : []
  const found = named.find(([name]) => isSameName(name, column ?? ''))
  const isMeant = (sql: Declared<string> | null): boolean =>
    column !== undefined && sql !== null && mentions(sql.value, column)
  const wish = [...change.change, ...change.add].find(({ using }) => isMeant(using))
  const said = wish?.column ?? change.checks.add.find(isMeant) ?? change.table
  return found?.[1] ?? said.position
}

const isSame = (one: Position, other: Position): boolean =>
  one.file === other.file && one.line === other.line && one.column === other.column

/** The columns that it speaks of; those of foreign keys first where the finding is about one. */
function namesIn(change: TableChange, code: string): (readonly [string, Position])[] {
  const keys = [...change.foreignKeys.add.map(({ columns }) => columns), ...change.foreignKeys.drop]
  const columns: Declared<string>[] = [
    ...change.drop,
    ...[...change.change, ...change.add].map(({ column }) => column),
    ...change.rename.map(({ from }) => from),
  ]
  const all = code.startsWith('FOREIGN_KEY')
    ? [...keys.flat(), ...columns]
    : [...columns, ...keys.flat()]
  return all.map(({ value, position }) => [value, position])
}
