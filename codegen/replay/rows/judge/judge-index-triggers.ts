// Judges whether triggers that maintain full-text indexes agree with the rows of their table, and with each other.
import type { CatalogTrigger } from '../../../model/catalog.js'
import type { Fact, IndexMisfit, StepPlace } from '../../../model/evidence.js'
import { foldCase, plainName } from '../../../../src/sql/names.js'
import { readStatement } from '../../../sql/read-statement.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import { withinReach } from '../../sides/beyond-reach.js'
import { mentionedBy } from '../fill/checks-of.js'
import type { Connection } from '../fill/connection.js'
import { tableNamed, type TableGraph } from '../fill/table-graph.js'
import { externalIndexes, type ExternalIndex } from '../watch/external-indexes.js'
import type { ObservedSide } from '../watch/observed-run.js'
import type { Effect } from '../watch/statement-effect.js'
import { comparisonsIn } from '../seed/comparisons.js'
import { faultOf, isOverfilled, type IndexTrigger } from './try-index-triggers.js'

type Seen = Pick<ObservedSide, 'effects' | 'before' | 'isBeyond'>

/** Tries triggers that are new, or whose index is, on rows of their table, and rolls back. */
export function judgeIndexTriggers(connection: Connection, side: Seen, now: TableGraph): Fact[] {
  if (!side.effects.some(makesSome)) return []
  const known = new Set(externalIndexes(side.before).map(described))
  const found = externalIndexes(now).flatMap((one) => {
    const index = known.has(described(one)) ? undefined : indexMaker(side, one)?.place
    return [...now.attached.triggers].flatMap(([owner, triggers]): IndexMisfit[] => {
      const makers = makersOf(side, index, triggers)
      const table = tableNamed(now, owner)
      if (!table || table.withoutRowid || makers.size === 0) return []
      const own = triggersOf(one, triggers)
      const kept = { one, table, triggers: own }
      const said = {
        kind: 'index-misfit',
        index: one.index.name,
        table: one.content,
        message: null,
      } as const
      const rebuilt = rebuiltIn(side, one)
      if (rebuilt && isOverfilled(connection, kept))
        return [{ ...said, at: rebuilt, cause: 'overfilled' }]
      const fault = faultOf(connection, kept)
      const [at] = (fault?.events ?? []).flatMap((event) =>
        own.flatMap((trigger) => (trigger.event === event ? (makers.get(trigger.name) ?? []) : [])),
      )
      return fault && at ? [{ ...said, at, cause: fault.cause }] : []
    })
  })
  return withinReach(found, side.isBeyond)
}

const makesSome = ({ shape }: Effect): boolean =>
  shape.kind === 'create-trigger' || (shape.kind === 'create-table' && shape.virtual)

/** Where the index reads all rows of a table that was there before. */
const rebuiltIn = ({ effects, before }: Seen, { index, content }: ExternalIndex) =>
  tableNamed(before, content) &&
  effects.findLast(
    ({ table, tokens }) => table === foldCase(index.name) && tokens.includes("'rebuild'"),
  )?.place

/** The triggers that mention an index. */
const triggersOf = (
  { index }: ExternalIndex,
  triggers: readonly CatalogTrigger[],
): IndexTrigger[] =>
  triggers.flatMap(({ name, sql }) => {
    const { words } = mentionedBy(sql)
    const shape = readStatement(sql)
    const event = shape.kind === 'create-trigger' ? shape.event : null
    if (!event || !words.has(foldCase(index.name))) return []
    return [{ name, event, words, asked: comparisonsIn([...sqlTokens(sql)]) }]
  })

/** The statements that create triggers, by name; for all of them the one that creates their index. */
function makersOf(
  { effects }: Seen,
  index: StepPlace | undefined,
  triggers: readonly CatalogTrigger[],
): Map<string, StepPlace> {
  const names = new Map(triggers.map(({ name }) => [foldCase(name), name]))
  const makers = new Map(index ? triggers.map(({ name }) => [name, index]) : [])
  for (const { shape, place } of effects) {
    if (shape.kind !== 'create-trigger') continue
    const name = names.get(plainName(shape.name.key))
    if (name !== undefined) makers.set(name, place)
  }
  return makers
}

function indexMaker({ effects }: Seen, { index }: ExternalIndex): Effect | undefined {
  const name = foldCase(index.name)
  return effects.findLast(
    ({ verb, table, to }) => (verb === 'create' && table === name) || to === name,
  )
}

/** An index recreated with the same definition counts as the same. */
const described = ({ index, content, key }: ExternalIndex): string =>
  [index.name, content, key, ...index.columns.map(({ name }) => name)].map(foldCase).join()
