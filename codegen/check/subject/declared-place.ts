// Finds the place in a migration's declared changes that a finding is about.
import { isSameName, plainName } from '../../../src/sql/names.js'
import { isDerived } from '../../alter/expanded.js'
import type { Diagnostic, Position } from '../../model/diagnostic.js'
import type { Direction, StepPlace } from '../../model/evidence.js'
import type { Declared, ParsedMigration, TableChange } from '../../model/migration.js'
import { bare } from '../../alter/new-column.js'
import { checkExpression } from '../../sql/check-expressions.js'
import { mentions } from '../../sql/names-in.js'
import { oneLine } from '../../sql/one-line.js'
import { sqlTokens } from '../../sql/sql-tokens.js'

/** Whether nobody has written the statements of a side: it declares table changes. */
export const isDeclared = (migration: ParsedMigration, direction: Direction): boolean =>
  migration.alter !== undefined &&
  (direction === 'up' ? migration.up !== null : isDerived(migration))

/** Whether a side has no place for statements beside its declaration: `alter`, `batches`. */
export const isClosed = (migration: ParsedMigration, direction: Direction): boolean =>
  direction === 'up' && (migration.alter !== undefined || migration.batches !== undefined)

/** Where to put a statement that has to run before a side. */
export const beforehand = (migration: ParsedMigration, direction: Direction): string =>
  isClosed(migration, direction) ? 'in a migration before this one' : 'in the same migration'

/** An expression that is declared for a column, and what it is called there. */
export interface DeclaredExpression {
  readonly word: 'using' | 'back'
  readonly table: string
  readonly column: string
  readonly position: Position
}

/** The expression that a side writes into a column; undefined if none is declared. */
export function declaredExpression(
  migration: ParsedMigration,
  direction: Direction,
  { table, columns }: { readonly table: string; readonly columns: readonly string[] },
): DeclaredExpression | undefined {
  if (!isDeclared(migration, direction)) return undefined
  const word = direction === 'up' ? 'using' : 'back'
  const change = migration.alter?.tables.find((one) => isSameName(one.table.value, table))
  for (const wish of change ? [...change.change, ...change.add] : []) {
    const { value: column, position } = wish.column
    const said = wish[word]
    if (said && columns.some((name) => isSameName(name, column)))
      return { word, table, column, position: word === 'back' ? said.position : position }
  }
  return undefined
}

/** The `back` that gives a column its value in a derived `down`, if that is the side. */
export const backOf = (
  migration: ParsedMigration,
  { direction }: StepPlace,
  column: { readonly table: string; readonly columns: readonly string[] },
): DeclaredExpression | undefined =>
  direction === 'down' ? declaredExpression(migration, direction, column) : undefined

/** A place without its statement, if nobody has written that. */
export const withoutDeclared = <P extends StepPlace>(place: P, migration: ParsedMigration): P =>
  isDeclared(migration, place.direction) ? { ...place, statement: null } : place

/** The place of the column or table, if the finding only points at the declaration; otherwise its own. */
export function declaredPlace(
  {
    at,
    subject,
    code,
    message,
  }: { readonly at: Position; readonly subject?: string } & Pick<Diagnostic, 'code' | 'message'>,
  migrations: readonly ParsedMigration[],
): Position {
  const { alter } = migrations.find((one) => one.alter && isSamePlace(one.alter.position, at)) ?? {}
  const [table, dot, column] = [...sqlTokens(subject ?? '')].map(plainName)
  const change = alter?.tables.find(({ table: { value } }) => isSameName(value, table ?? ''))
  if (!change) return at
  const failing = failedCheck(change, message)
  if (failing) return failing.position
  const named = dot === '.' && column !== undefined ? namesIn(change, code) : []
  const found = named.find(([name]) => isSameName(name, column ?? ''))
  const isMeant = (sql: Declared<string> | null): boolean =>
    column !== undefined && sql !== null && mentions(sql.value, column)
  const wish = [...change.change, ...change.add].find(({ using }) => isMeant(using))
  const limits = limitsIn(change, code)
  const limit = limits.find((one) => isMeant(one) || saysCheck(message, one.value)) ?? limits[0]
  const said = wish?.column ?? limit ?? change.checks.add.find(isMeant) ?? change.table
  return found?.[1] ?? said.position
}

/** The constraints it mentions, if the finding is about a new one. */
const limitsIn = ({ checks }: TableChange, code: string): readonly Declared<string>[] =>
  code === 'COLUMN_NARROWED' ? checks.add : []

/** Whether a message contains a CHECK, by its expression. */
const saysCheck = (message: string, check: string): boolean =>
  message.includes(`CHECK (${checkExpression(bare(check))})`)

/** The new CHECK that is violated. */
const failedCheck = ({ checks }: TableChange, message: string): Declared<string> | undefined =>
  checks.add.find(({ value }) =>
    message.includes(`"CHECK constraint failed: ${oneLine(bare(value))}"`),
  )

/** Whether two places are the same. */
export const isSamePlace = (one: Position, other: Position): boolean =>
  one.file === other.file && one.line === other.line && one.column === other.column

/** The columns that it mentions; those of foreign keys first if the finding is about one. */
function namesIn(change: TableChange, code: string): (readonly [string, Position])[] {
  const keys = [...change.foreignKeys.add.map(({ columns }) => columns), ...change.foreignKeys.drop]
  const renamed = change.rename.map(({ from }) => from)
  const columns: Declared<string>[] = [
    ...(code === 'COLUMN_RENAMED' ? renamed : []),
    ...change.drop,
    ...[...change.change, ...change.add].map(({ column }) => column),
    ...renamed,
  ]
  const all = code.startsWith('FOREIGN_KEY')
    ? [...keys.flat(), ...columns]
    : [...columns, ...keys.flat()]
  return all.map(({ value, position }) => [value, position])
}
