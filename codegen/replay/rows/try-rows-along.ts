// Tries a side that deletes duplicate parents: whether child rows move to the parent that stays, or are deleted with theirs.
import { rowsGone } from './judge/rows-gone.js'
import type { CatalogTable } from '../../model/catalog.js'
import type { RowsLost } from '../../model/evidence.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'
import { keyText, type RawRow } from './fill/connection.js'
import { parentKeys } from './fill/seed-table.js'
import type { TableGraph } from './fill/table-graph.js'
import { isRowid } from '../../model/rowid-column.js'
import { removalOf } from './judge/deleted-by-name.js'
import type { Ending } from './judge/fate.js'
import { keyOf, pairsByKey, textBy } from './judge/match-rows.js'
import { lookOn, scriptTrial, type Trial } from './script-trial.js'
import { ALL, cutKeys, looseKeys, type CutKey } from './seed/cut-keys.js'
import { addAlike, groupsIn, leaveAlone, type Alone, type Group } from './seed/narrow-groups.js'
import { addRows, pointingAt } from './seed/add-rows.js'
import type { SeederState } from './seed/seeder-state.js'
import type { Effect } from './watch/statement-effect.js'
import { placeOf, type TableImage } from './watch/table-image.js'

/**
 * Reports child rows that are deleted because their parent has a duplicate that stays: without the duplicate, both stay. Left out are child
 * rows with an equal one at the remaining parent. Rolls everything back; empty if the side fails then.
 */
export const tryRowsAlong = scriptTrial({
  sides: 'up',
  find: (effects, before) =>
    groupsIn(effects, before).flatMap((group): Kindred[] => {
      const kin = group.other === null ? childrenOf(group.table, before, effects) : []
      return kin.length > 0 ? [{ group, kin }] : []
    }),
  run(given, all) {
    const told = new Set<string>()
    return all.flatMap(({ group, kin }) => {
      const open = kin.filter(({ child }) => !told.has(child.name))
      const trial = { ...given, group, kin: open }
      const facts = seen(trial, null, (endings) => lossIn(trial, endings)).flatMap((found) => {
        const about = { group, kin: found.kin }
        const stays = seen(trial, found.alone, (ends) => [isThere(ends, about, found.child)])
        return stays.includes(true) ? [found.fact] : []
      })
      for (const { table } of facts) told.add(table)
      return facts
    })
  },
})

function childrenOf(
  parent: CatalogTable,
  situation: TableGraph,
  effects: readonly Effect[],
): CutKey[] {
  const told = cutKeys(situation, foldCase(parent.name), ALL)
  return [...told, ...looseKeys(effects, situation, parent)]
    .filter(({ child, key }) => child !== parent && key.columns.length === 1)
    .filter(saysAnything)
    .slice(0, MOST_CHILDREN)
}

const MOST_CHILDREN = 6

const saysAnything = (kin: CutKey): boolean =>
  kin.child.columns.some((one) => !isRowid(kin.child, one) && !isPointer(kin, one.name))

/** A group of rows, and the foreign keys that reference them. */
interface Kindred {
  readonly group: Group
  readonly kin: readonly CutKey[]
}

/** What is observed if each of the equal rows has child rows, or if one of them is left alone. */
function seen<T>(
  { group, kin, ...trial }: Trial & Kindred,
  alone: Alone | null,
  see: (endings: readonly Ending[]) => readonly T[],
): readonly T[] {
  let isMade = false
  const change = (state: SeederState, situation: TableGraph): void => {
    isMade = addAlike(state, situation, group)
    for (const { child, key } of isMade ? kin : [])
      addRows(state, situation, {
        table: child,
        examples: pointingAt(parentKeys(state.connection, key, new Set()), key),
        sort: 'sibling',
      })
    if (alone) leaveAlone(state, situation, group, alone)
  }
  return lookOn(trial, change, ({ endings }) => (isMade ? see(endings()) : [])) ?? []
}

interface Found {
  readonly fact: RowsLost
  readonly alone: Alone
  readonly kin: CutKey
  readonly child: Child
}

/** A child row, identified by its values without the foreign key, and by its parent's values in the group. */
interface Child {
  readonly text: string
  readonly of: string
}

const endingOf = (endings: readonly Ending[], { name }: CatalogTable): Ending | undefined =>
  endings.find((one) => one.name === foldCase(name))

function lossIn({ group, kin }: Kindred, endings: readonly Ending[]): Found[] {
  const parents = endingOf(endings, group.table)
  const pairs = parents?.after && pairsByKey(parents.before, parents.after)
  if (!parents || !pairs) return []
  const kept = new Set(pairs.map(([old]) => old))
  const { before } = parents
  const groupOf = textBy(group.by, before)
  const staying = new Set([...kept].map(groupOf))
  const merged = before.rows.filter(
    ({ values }) => !kept.has(values) && staying.has(groupOf(values)),
  )
  return kin.flatMap((one): Found[] => {
    const ending = endingOf(endings, one.child)
    if (!ending?.after) return []
    const [target, place] = placesOf(one, before, ending.before)
    const by = new Map(merged.map((row) => [keyText([row.values[target] ?? null]), row]))
    const again = new Set((pairsByKey(ending.before, ending.after) ?? []).map(([old]) => old))
    const lost = ending.before.rows.flatMap(({ values }) => {
      const parent = by.get(keyText([values[place] ?? null]))
      if (!parent || again.has(values)) return []
      const child = { text: saying(ending.before, one)(values), of: groupOf(parent.values) }
      return isThere(endings, { group, kin: one }, child) ? [] : [{ values, parent, child }]
    })
    const about = { group, kin: one }
    const key = keyOf(ending.before)
    const rest = key.filter((name) => !isPointer(one, name))
    const isTaken = ({ values, child: { of } }: (typeof lost)[number]): boolean =>
      rest.length > 0 &&
      rest.length < key.length &&
      isThere(endings, about, { text: textBy(rest, ending.before)(values), of }, (image) =>
        textBy(rest, image),
      )
    const first = lost.find((row) => !isTaken(row)) ?? lost[0]
    if (!first) return []
    const taken = isTaken(first) ? ({ by: 'taken', column: rest.join(' and ') } as const) : {}
    const shared = group.by.map((name) => first.parent.values[placeOf(before, name)] ?? null)
    const fact = { ...factOf(ending, about, lost.length, first.values), ...taken }
    return [{ fact, alone: { shared, own: first.parent.identity }, kin: one, child: first.child }]
  })
}

/** The index of the parent key in the parent, and of the foreign key in the child. */
const placesOf = ({ key }: CutKey, parent: TableImage, child: TableImage): [number, number] => [
  placeOf(parent, key.parentColumns[0] ?? ''),
  placeOf(child, key.columns[0] ?? ''),
]

function factOf(
  ending: Ending,
  { group, kin }: Pick<Kindred, 'group'> & { readonly kin: CutKey },
  lost: number,
  row: RawRow,
): RowsLost {
  const { before } = ending
  const removal = removalOf(ending, row)
  const [at, source] = [removal?.place ?? group.effect.place, group.table.name]
  const column = kin.key.columns[0] ?? ''
  return rowsGone(before, { lost, row }, { at, by: 'merged', source, key: group.by, column })
}

/** The values of a row without its id and foreign key. */
function saying({ table, columns }: TableImage, kin: CutKey): (row: RawRow) => string {
  const names = columns.filter((one) => !isRowid(table, one) && !isPointer(kin, one.name))
  return textBy(
    names.map(({ name }) => foldCase(name)),
    { columns },
  )
}

const isPointer = ({ key }: CutKey, name: string): boolean => isSameName(name, key.columns[0] ?? '')

/** Whether such a child row exists and references any row of the group, whether or not that parent stays. */
function isThere(
  endings: readonly Ending[],
  { group, kin }: Pick<Kindred, 'group'> & { readonly kin: CutKey },
  { text, of }: Child,
  textIn = (image: TableImage): ((row: RawRow) => string) => saying(image, kin),
): boolean {
  const ending = endingOf(endings, kin.child)
  const { before: old, after: parents } = endingOf(endings, group.table) ?? {}
  const { after } = ending ?? {}
  // The child table was not touched.
  if (!ending) return true
  if (!after || !parents || !old) return false
  const [, place] = placesOf(kin, parents, after)
  const keys = new Set(
    [old, parents].flatMap((image) => {
      const [target] = placesOf(kin, image, after)
      const groupOf = textBy(group.by, image)
      const own = image.rows.filter(({ values }) => groupOf(values) === of)
      return own.map(({ values }) => keyText([values[target] ?? null]))
    }),
  )
  const textOf = textIn(after)
  return after.rows.some(
    ({ values }) =>
      textOf(values) === text && (place < 0 || keys.has(keyText([values[place] ?? null]))),
  )
}
