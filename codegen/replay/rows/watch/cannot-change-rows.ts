// Tells from the statements of a side alone that it can do nothing to rows, so that nothing has to be looked at. Pure.
import type { TableGraph } from '../fill/table-graph.js'
import type { Statement } from '../../../sql/statement.js'
import type { Effect } from './statement-effect.js'

/**
 * Whether a statement leaves all rows and their values as they are; it may still fail. A new column is no change to the
 * others, and one that is dropped is meant to go.
 */
export function cannotChangeRows({ shape }: Pick<Effect, 'shape'>): boolean {
  if (shape.kind === 'create-table') return shape.temporary || !shape.filled
  if (shape.kind === 'drop') return shape.object !== 'table'
  return DEFINES.has(shape.kind)
}

/** Statements about indexes, views and triggers, and about columns of tables. */
const DEFINES: ReadonlySet<Statement['kind']> = new Set([
  'create-index',
  'create-view',
  'create-trigger',
  'add-column',
  'rename-column',
  'drop-column',
  'alter-column',
  'alter-constraint',
])

/** Whether a side does nothing that needs a look at rows to be judged. */
export const isHarmless = (effects: readonly Pick<Effect, 'shape'>[]): boolean =>
  effects.every(cannotChangeRows) && !replacesColumns(effects)

/** Whether it drops a column, whose values `down` may be to bring back. */
export const dropsColumns = (effects: readonly Pick<Effect, 'shape'>[]): boolean =>
  effects.some(({ shape }) => shape.kind === 'drop-column')

/** Whether columns may take the place of others: by their names they are the same, their values are not. */
const replacesColumns = (effects: readonly Pick<Effect, 'shape'>[]): boolean =>
  (['drop-column', 'add-column'] as const).every((kind) =>
    effects.some(({ shape }) => shape.kind === kind),
  )

/**
 * Whether a side has nothing to do with rows but to drop tables for good that no other table points at. With foreign keys
 * off this cannot fail because of rows. False for code.
 */
export function onlyTakesAway(effects: readonly Effect[], { children }: TableGraph): boolean {
  const dropped = new Set(effects.flatMap(({ verb, table }) => (verb === 'drop' ? [table] : [])))
  const alone = [...dropped].every((table) =>
    (children.get(table) ?? []).every((child) => dropped.has(child)),
  )
  const made = effects.some(({ verb, table }) => verb === 'create' && dropped.has(table))
  return effects.length > 0 && alone && !made && effects.every((effect) => isDrop(effect))
}

/** Other definitions depend on rows: a unique index, a column that is added, one that may no longer be NULL. */
const isDrop = ({ shape }: Effect): boolean =>
  shape.kind === 'drop' ||
  shape.kind === 'drop-column' ||
  (shape.kind === 'alter-constraint' && shape.constraint.length === 0)
