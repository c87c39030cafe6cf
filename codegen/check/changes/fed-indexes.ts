// Detects full-text indexes and R-Trees with rows of their own that are filled from a table, which holds the same content.
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import type { CatalogTable } from '../../model/catalog.js'
import { sqlTokens } from '../../sql/sql-tokens.js'
import type { FoundStatement, ReplayedStep, Subject } from '../subject/rule.js'
import { keepsText, ownsRows } from './emptied-indexes.js'
import { columnIn } from '../../model/in-catalog.js'

/**
 * Whether all of these columns are in a table that still exists after the step: they were copied from it, or a trigger maintains
 * them. Not if a statement lists rows literally, which may be nowhere else.
 */
export function isFed(
  table: CatalogTable,
  columns: readonly string[],
  step: ReplayedStep,
  { replay }: Subject,
): boolean {
  if (!keepsText(table)) return true
  if (!ownsRows(table)) return false
  const earlier = (replay?.steps ?? []).filter(({ version }) => version < step.version)
  const spelled = earlier.flatMap((one) => one.statements.filter((own) => spellsOut(own, table)))
  const sources = [...copiesInto(table, earlier), ...triggersInto(table, step)]
  const isThere = (source: Source): boolean => columnIn(step.after, ...source) !== undefined
  return (
    spelled.length === 0 &&
    columns.every((column) =>
      sources.some(([to, source]) => isSameName(to, column) && isThere(source)),
    )
  )
}

/** A table, in lower case, and one of its columns. */
type Source = readonly [table: string, column: string]

/** Commands of an index name the index itself as their column. */
const spellsOut = ({ shape, direction }: FoundStatement, { name }: CatalogTable): boolean =>
  direction === 'up' &&
  shape.kind === 'insert' &&
  shape.selects.length === 0 &&
  isSameName(plainName(shape.table.key), name) &&
  !shape.columns?.some(({ key }) => isSameName(plainName(key), name))

const copiesInto = (
  { name }: CatalogTable,
  steps: readonly ReplayedStep[],
): (readonly [column: string, Source])[] =>
  steps.flatMap(({ acts }) =>
    acts.up.flatMap((act) =>
      act.kind === 'copy' && isSameName(act.to, name)
        ? [...act.columns].flatMap(([to, column]) =>
            column === null ? [] : [[to, [act.from, column]] as const],
          )
        : [],
    ),
  )

/** The columns of `new` in triggers that write into the index. */
const triggersInto = (
  { name }: CatalogTable,
  { before }: ReplayedStep,
): (readonly [column: string, Source])[] =>
  [...before.values()].flatMap((object) => {
    if (object.type !== 'trigger') return []
    const tokens = [...sqlTokens(object.sql)].map(plainName)
    if (!tokens.some((token) => isSameName(token, name))) return []
    return tokens.flatMap((token, at) =>
      isSameName(token, 'new') && tokens[at + 1] === '.'
        ? [[tokens[at + 2] ?? '', [foldCase(object.table), tokens[at + 2] ?? '']] as const]
        : [],
    )
  })
