// Converts findings about versions that ran as one step into findings about the last of them. Pure.
import { foldCase, isSameName } from '../../../src/sql/names.js'
import type { Fact, StepPlace, ValuesKept } from '../../model/evidence.js'
import { placeIn, type JoinedVersions } from '../sides/joined-versions.js'
import { wholeSide } from '../sides/whole-side.js'
import { heirsAfter } from './judge/heirs.js'
import { namesBehind, type NamesBehind } from './seed/names-behind.js'
import type { ObservedSide } from './watch/observed-run.js'

/** The table and column names before the last version. */
export const namesAtLast = (
  { effects }: ObservedSide,
  whole: JoinedVersions,
  { entry, before }: ObservedSide,
): NamesBehind =>
  namesBehind(
    effects.filter(({ place }) => placeIn(whole, place).version < entry.version),
    before,
  )

/** A finding with these names. */
export function renamed(fact: Fact, now: NamesBehind): Fact {
  if (!('table' in fact) || typeof fact.table !== 'string') return fact
  const table = foldCase(fact.table)
  const behind = (name: string, other: string): string => (isSameName(name, other) ? name : other)
  const column = (name: string): string => behind(name, now.column(table, foldCase(name)))
  const own = { ...fact, table: behind(fact.table, now.table(table)) } as Fact
  if (own.kind === 'values-gone')
    return {
      ...own,
      row: Object.fromEntries(Object.entries(own.row).map(([name, one]) => [column(name), one])),
      ...(own.parts && { parts: own.parts.map((one) => ({ ...one, column: column(one.column) })) }),
    }
  if (own.kind === 'values-changed') return { ...own, column: column(own.column) }
  if (own.kind !== 'values-kept' || own.column === null) return own
  return { ...own, column: column(own.column) }
}

/** Whether it is attributed to a version before the last. */
export const isOfEarlier = (fact: Fact, whole: JoinedVersions): boolean =>
  'at' in fact &&
  fact.at !== null &&
  placeIn(whole, fact.at as StepPlace).version < (whole.parts.at(-1)?.version ?? 0)

/** Whether it is about `down`. */
export const isOfDown = (fact: Fact): boolean =>
  'at' in fact && (fact.at as StepPlace | null)?.direction === 'down'

/** Identifies a finding. */
export const keyOf = (fact: Fact): string =>
  JSON.stringify([
    fact.kind,
    'table' in fact ? fact.table : '',
    'column' in fact ? fact.column : '',
    'lost' in fact ? fact.lost : '',
    'by' in fact ? fact.by : '',
  ])

/** Placed at the statement that removes the values, if an earlier version failed to copy them. */
export function placed(fact: Fact, whole: JoinedVersions, last: ObservedSide): Fact {
  const { version } = last.entry
  if (fact.kind === 'values-kept')
    return { ...fact, version, ...(!isMovedBy(last, fact) && { earlier: true }) }
  if ('version' in fact) return { ...fact, version } as Fact
  if (!('at' in fact)) return fact
  // The `down` of the last version leaves to the others what it does not restore itself.
  if (isOfDown(fact) && isOfEarlier(fact, whole))
    return { ...fact, at: wholeSide(version, 'down'), lost: 'withheld' } as Fact
  const at = isOfEarlier(fact, whole)
    ? (removalIn(last, fact) ?? wholeSide(version, 'up'))
    : placeIn(whole, fact.at as StepPlace)
  const isCopied = fact.kind === 'rows-lost' && isOfEarlier(fact, whole)
  return { ...fact, at, ...(isCopied && { copied: placeIn(whole, fact.at) }) } as Fact
}

/** Whether the last version itself fills a new table from this one, and the values are there. */
const isMovedBy = (last: ObservedSide, { table, in: place }: ValuesKept): boolean =>
  heirsAfter(last)(foldCase(table)).fills.some(
    ({ name, isNew }) => isNew && name === foldCase(place),
  )

const removalIn = ({ effects }: ObservedSide, fact: Fact): StepPlace | undefined =>
  effects.findLast(
    ({ table, verb, shape }) =>
      'table' in fact &&
      table === foldCase(String(fact.table)) &&
      (verb === 'drop' || verb === 'delete' || verb === 'update' || shape.kind === 'drop-column'),
  )?.place
