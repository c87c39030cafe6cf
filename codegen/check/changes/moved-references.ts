// Finds rebuilds that rename the old table out of the way, and the references that follow it.
import { isSameName, plainName } from '../../../src/sql/names.js'
import type { CatalogObject } from '../../model/catalog.js'
import { mentions } from '../../sql/names-in.js'
import type { CreateTable, Insert, RenameTable, Statement } from '../../sql/statement.js'
import { isReported } from '../subject/apply-suppressions.js'
import { statementPlace } from '../subject/place.js'
import type { FoundStatement, ReplayedStep, Subject } from '../subject/rule.js'

interface Renamed {
  readonly statement: FoundStatement
  readonly rename: RenameTable
}

/** A rename after which a new table takes the old name. */
export interface Rebuild extends Renamed {
  /** Those of the new table. */
  readonly columns: CreateTable['columns']
  /** The INSERT that takes the rows back from the old table; null if it is not one statement. */
  readonly copy: { readonly text: string; readonly shape: Insert } | null
}

/** In order; none after `PRAGMA legacy_alter_table = ON`. */
export function rebuildsByRename(statements: readonly FoundStatement[]): Rebuild[] {
  const found: Rebuild[] = []
  const renamed = new Map<string, Renamed>()
  const created = new Map<string, CreateTable['columns']>()
  for (const statement of statements) {
    const { shape } = statement
    if (isLegacy(shape)) return found
    const arrived = arrivalOf(shape, created)
    const before = arrived && renamed.get(arrived.key)
    if (arrived && before)
      found.push({ ...before, columns: arrived.columns, copy: copyBack(before.rename, statements) })
    if (shape.kind === 'create-table') created.set(shape.name.key, shape.columns)
    if (shape.kind === 'rename-table') renamed.set(shape.table.key, { statement, rename: shape })
  }
  return found
}

function copyBack({ table, to }: RenameTable, statements: readonly FoundStatement[]) {
  const [copy, more] = statements.flatMap(({ text, shape }) =>
    shape.kind === 'insert' &&
    shape.table.key === table.key &&
    shape.selects[0]?.from?.key === to.key
      ? [{ text, shape }]
      : [],
  )
  return copy && !more ? copy : null
}

/** The name under which a statement creates a new table; a rename only counts if the table is new. */
function arrivalOf(
  shape: Statement,
  created: ReadonlyMap<string, CreateTable['columns']>,
): { readonly key: string; readonly columns: CreateTable['columns'] } | null {
  if (shape.kind === 'create-table') return { key: shape.name.key, columns: shape.columns }
  if (shape.kind !== 'rename-table' || !created.has(shape.table.key)) return null
  return { key: shape.to.key, columns: created.get(shape.table.key) ?? null }
}

const isLegacy = (shape: Statement): boolean =>
  shape.kind === 'pragma' && shape.name.key === 'legacy_alter_table' && shape.sets

/**
 * The objects that refer to the old table after the step, and referred to it by its own name before, or when the step created
 * them: as `the foreign key of posts`, `the view v`.
 */
export function movedReferences(
  { rename }: Rebuild,
  { before, after, acts }: ReplayedStep,
): string[] {
  const [name, old] = [plainName(rename.table.key), plainName(rename.to.key)]
  const isMadeFor = (key: string): boolean =>
    acts.up.some(
      (act) =>
        act.kind === 'create' &&
        `${act.type} ${act.name}` === key &&
        mentions(act.statement.text, name) &&
        !mentions(act.statement.text, old),
    )
  return [...after].flatMap(([key, object]) => {
    const was = before.get(key)
    const meant = was ? means(was, name) && !means(was, old) : isMadeFor(key)
    return meant && means(object, old) ? [textOf(object)] : []
  })
}

function means(object: CatalogObject, table: string): boolean {
  switch (object.type) {
    case 'table':
      return object.foreignKeys.some(({ parent }) => isSameName(parent, table))
    case 'index':
      return false
    default:
      return mentions(object.sql, table)
  }
}

const textOf = ({ type, name }: CatalogObject): string =>
  type === 'table' ? `the foreign key of ${name}` : `the ${type} ${name}`

/** Whether what is broken refers to a table that was moved out of the way, and is reported as such. */
export const isMoveHeard = (
  step: ReplayedStep,
  subject: Subject,
  meansTable: (name: string) => boolean,
): boolean =>
  rebuildsByRename(step.statements.filter(({ direction }) => direction === 'up')).some(
    (rebuild) =>
      meansTable(plainName(rebuild.rename.to.key)) &&
      movedReferences(rebuild, step).length > 0 &&
      isReported(subject, { code: 'REBUILD_ORDER', at: statementPlace(rebuild.statement) }),
  )

/** The earlier version for which that is reported, if the old table no longer exists; null if there is none. */
export const movedBefore = (
  step: ReplayedStep,
  subject: Subject,
  meansTable: (name: string) => boolean,
): ReplayedStep | null =>
  subject.replay?.steps.find(
    (one) =>
      one.version < step.version &&
      isMoveHeard(one, subject, (name) => meansTable(name) && !step.before.has(`table ${name}`)),
  ) ?? null
