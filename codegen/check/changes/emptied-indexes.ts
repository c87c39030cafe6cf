// Finds full-text indexes and R-Trees with rows of their own that a step drops, recreates and leaves empty.
import { finalName } from '../subject/final-name.js'
import { externalContent } from '../../../src/schema/external-content.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import type { Catalog, CatalogObject, CatalogTable } from '../../model/catalog.js'
import type { Direction } from '../../model/evidence.js'
import { mentions } from '../../sql/names-in.js'
import type { FoundStatement, ReplayedStep } from '../subject/rule.js'

/** One of them, before and after, with the statement that recreates it. */
export interface EmptiedIndex {
  readonly before: CatalogTable
  readonly after: CatalogTable
  readonly statement: FoundStatement
}

/**
 * Replay generates no rows for these, so what counts is whether anything is written into the new one after it was created: by its
 * name, or by a trigger of a table that is written to.
 */
export const emptiedIndexes = (step: ReplayedStep): EmptiedIndex[] =>
  DIRECTIONS.flatMap((direction) => emptiedBy(direction, step))

const DIRECTIONS = ['up', 'down'] as const

function emptiedBy(direction: Direction, step: ReplayedStep): EmptiedIndex[] {
  const acts = step.acts[direction]
  const [from, to] = direction === 'up' ? [step.before, step.after] : [step.after, step.before]
  return acts.flatMap((act, at) => {
    if (act.kind !== 'create' || act.type !== 'table') return []
    const name = finalName(act.name, at, acts)
    const [before, after] = [from, to].map((one) => one.get(`table ${name}`))
    const isAnew = acts.some(
      (one) =>
        (one.kind === 'drop' && one.type === 'table' && one.name === name) ||
        (one.kind === 'rename-table' && one.table === name),
    )
    if (!isAnew || !isIndex(before) || !hasOwnRows(after)) return []
    if (isWritten([act.name, name], act.statement, { step, to })) return []
    return [{ before, after, statement: act.statement }]
  })
}

/** Whether a virtual table is a full-text index that stores its text, or an R-Tree. */
const hasOwnRows = (table: CatalogObject | undefined): table is CatalogTable =>
  table?.type === 'table' && ownsRows(table)

/** The same, or one that finds its text in another table. */
const isIndex = (table: CatalogObject | undefined): table is CatalogTable =>
  table?.type === 'table' && (ownsRows(table) || externalContent(table.sql) !== undefined)

/** The same for a table. */
export const ownsRows = (table: CatalogTable): boolean =>
  /^(?:fts\d|rtree|rtree_i32|geopoly)$/.test(table.module ?? '') && keepsText(table)

/** `fts5(title, content='posts')` reads its text elsewhere, and `content=''` stores none. */
export const keepsText = ({ module, sql }: CatalogTable): boolean =>
  module === null ||
  (/^fts\d$/.test(module) ? !/\bcontent\s*=/i.test(sql) : !VOCABULARY.test(module))

/** Modules that show the content of an index. */
const VOCABULARY = /^(?:fts5vocab|fts[34]aux|fts3tokenize)$/

/** Whether something is written into a table of these names after a statement. */
function isWritten(
  names: readonly string[],
  made: FoundStatement,
  { step: { statements }, to }: { readonly step: ReplayedStep; readonly to: Catalog },
): boolean {
  const triggers = [...to.values()].flatMap((object) =>
    object.type === 'trigger' && names.some((name) => mentions(object.sql, name))
      ? [foldCase(object.table)]
      : [],
  )
  const written = [...names, ...triggers]
  return statements
    .slice(statements.indexOf(made) + 1)
    .some(
      ({ direction, shape }) =>
        direction === made.direction &&
        (shape.kind === 'insert' || shape.kind === 'update') &&
        written.some((name) => isSameName(plainName(shape.table.key), name)),
    )
}
