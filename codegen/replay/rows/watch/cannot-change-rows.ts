// Decides from the statements of a side alone that it cannot affect rows, so that no rows have to be compared. Pure.
import type { TableGraph } from '../fill/table-graph.js'
import type { Statement } from '../../../sql/statement.js'
import type { Effect } from './statement-effect.js'

/**
 * Whether a statement leaves all rows and values unchanged; it may still fail. Adding a column changes no others, and a dropped column is
 * meant to go.
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

/** Whether a side can be judged without looking at rows. */
export const isHarmless = (effects: readonly Pick<Effect, 'shape'>[]): boolean =>
  effects.every(cannotChangeRows) && !replacesColumns(effects)

/** Whether it drops a column whose values `down` may have to restore. */
export const dropsColumns = (effects: readonly Pick<Effect, 'shape'>[]): boolean =>
  effects.some(({ shape }) => shape.kind === 'drop-column')

/** Whether a new column may replace a dropped one: the names may match, the values do not. */
const replacesColumns = (effects: readonly Pick<Effect, 'shape'>[]): boolean =>
  (['drop-column', 'add-column'] as const).every((kind) =>
    effects.some(({ shape }) => shape.kind === kind),
  )

/**
 * Whether a side does nothing to rows except drop tables for good that no remaining table references. With foreign keys off this cannot
 * fail because of rows. False for code.
 */
export function onlyTakesAway(effects: readonly Effect[], { children }: TableGraph): boolean {
  const dropped = new Set(effects.flatMap(({ verb, table }) => (verb === 'drop' ? [table] : [])))
  const alone = [...dropped].every((table) =>
    (children.get(table) ?? []).every((child) => dropped.has(child)),
  )
  const made = effects.some(({ verb, table }) => verb === 'create' && dropped.has(table))
  return effects.length > 0 && alone && !made && effects.every((effect) => isDrop(effect))
}

/** Other definitions depend on rows: a unique index, a new column, a column that becomes NOT NULL. */
const isDrop = ({ shape }: Effect): boolean =>
  shape.kind === 'drop' ||
  shape.kind === 'drop-column' ||
  (shape.kind === 'alter-constraint' && shape.constraint.length === 0)
