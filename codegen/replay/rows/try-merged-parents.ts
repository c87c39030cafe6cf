// Tries a side that deletes duplicate parents, each of which has children: whether the child rows are moved to the parent that stays.
import type { Fact, ValuesChanged } from '../../model/evidence.js'
import { foldCase, isSameName, plainName } from '../../../src/sql/names.js'
import { keyText, type RawRow } from './fill/connection.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { changeTold } from './judge/compare-values.js'
import { matchByKey } from './judge/match-rows.js'
import type { Seen } from './seen.js'
import { scriptTrial, tryOn } from './script-trial.js'
import { ALL, cutKeys, looseKeys, type CutKey } from './seed/cut-keys.js'
import { addAlike, groupsIn, type Group } from './seed/narrow-groups.js'
import { addChildren } from './seed/rows-for-literals.js'
import type { SeederState } from './seed/seeder-state.js'
import { uniqueMade } from './watch/unique-made.js'
import type { Effect } from './watch/statement-effect.js'
import { placeOf, type TableImage } from './watch/table-image.js'

/**
 * Reports foreign keys that point nowhere then, and those set to NULL though a parent stays that is equal in all columns of the new unique
 * key. Rolls everything back; empty if the side fails then.
 */
export const tryMergedParents = scriptTrial({
  sides: 'up',
  find: (effects, before) => mergesIn(effects, before),
  run: (trial, merges) =>
    merges.flatMap(({ group, keys }) => {
      const change = (state: SeederState, situation: TableGraph): void => {
        addAlike(state, situation, group)
        for (const one of keys) addChildren(state, situation, one)
      }
      const judge = (seen: Seen): Fact[] => [
        ...seen.usual().filter((fact) => isAboutKey(fact, group)),
        ...keys.flatMap((one) => unlinked(seen, group, one)),
      ]
      return tryOn(trial, change, judge).facts
    }),
})

/** Groups of rows of which one stays, with the foreign keys that reference them. */
interface Merge {
  readonly group: Group
  readonly keys: readonly CutKey[]
}

/** Only foreign keys to columns outside the group. */
const mergesIn = (effects: readonly Effect[], situation: TableGraph): Merge[] =>
  [
    ...groupsIn(effects, situation).filter(({ other }) => other === null),
    ...groupedIn(effects, situation),
  ].flatMap((group): Merge[] => {
    const loose = looseKeys(effects, situation, group.table).filter((one) => isMoved(effects, one))
    const own = cutKeys(situation, foldCase(group.table.name), ALL)
    const keys = [...own, ...loose].filter(
      ({ child, key: { parentColumns } }) =>
        !isSameName(child.name, group.table.name) &&
        parentColumns.length === 1 &&
        !parentColumns.some((one) => group.by.includes(foldCase(one))),
    )
    return keys.length > 0 ? [{ group, keys }] : []
  })

/** The columns by which a DELETE itself groups rows, if no new index says that they are unique. */
function groupedIn(effects: readonly Effect[], situation: TableGraph): Group[] {
  return effects.flatMap((effect): Group[] => {
    const { verb, tokens } = effect
    const table = verb === 'delete' ? tableNamed(situation, effect.table) : undefined
    const start = tokens.findIndex((one, at) => one === 'GROUP' && tokens[at + 1] === 'BY') + 2
    if (!table || start < 2 || uniqueMade(effects, effect.table).length > 0) return []
    const end = tokens.findIndex((one, at) => at > start && !/[\w"`\],]$/.test(one))
    const by = tokens
      .slice(start, end < 0 ? tokens.length : end)
      .filter((one) => one !== ',')
      .map(plainName)
    const isOwn = by.every((one) => table.columns.some(({ name }) => isSameName(name, one)))
    return isOwn ? [{ effect, table, by, other: null }] : []
  })
}

const isAboutKey = (fact: Fact, { table }: Group): boolean =>
  fact.kind === 'foreign-key-broken' && isSameName(fact.parent, table.name)

function unlinked(
  { side, imageNow }: Seen,
  { table, by, effect }: Group,
  { child, key }: CutKey,
): ValuesChanged[] {
  const parents = side.images.get(foldCase(table.name))
  const [left, old] = [imageNow(foldCase(table.name)), side.images.get(foldCase(child.name))]
  const after = imageNow(foldCase(child.name))
  const [column = ''] = key.columns
  if (!parents || !left || !old || !after || placeOf(after, column) < 0) return []
  const [to = ''] = key.parentColumns
  const own = placesOf(parents, [to])
  const groupOf = (image: TableImage) => (row: RawRow) => keyText(at(row, placesOf(image, by)))
  const staying = new Set(left.rows.map(({ values }) => groupOf(left)(values)))
  const groups = new Map(
    parents.rows.map(({ values }) => [keyText(at(values, own)), groupOf(parents)(values)]),
  )
  const [was, is] = [placesOf(old, [column]), placesOf(after, [column])]
  const where = { at: effect.place, table: child.name, column, lost: 'unlinked' } as const
  const keys = new Set(left.rows.map(({ values }) => keyText(at(values, placesOf(left, [to])))))
  const isAstray = (own: string): boolean => !keys.has(own) && staying.has(groups.get(own) ?? '')
  const astray = after.rows.find(({ values }) => isAstray(keyText(at(values, is))))
  if (astray && !child.foreignKeys.includes(key)) {
    const [value = null] = at(astray.values, is)
    return [changeTold({ ...where, source: table.name }, [value, value])]
  }
  const found = (matchByKey(old, after) ?? []).find(
    ([before, row]) =>
      at(row, is)[0] === null && staying.has(groups.get(keyText(at(before, was))) ?? ''),
  )
  if (!found) return []
  const [before = null] = at(found[0], was)
  const later = laterMove(side.effects, effect, { child, key })
  return [
    changeTold({ ...where, source: table.name, ...(later && { late: true }) }, [before, null]),
  ]
}

const at = (row: RawRow, places: readonly number[]): RawRow =>
  places.map((place) => row[place] ?? null)

const placesOf = (image: TableImage, names: readonly string[]): number[] =>
  names.map((name) => placeOf(image, name))

/** Whether the foreign key is set to another row after the DELETE. */
function laterMove(effects: readonly Effect[], removal: Effect, one: CutKey): boolean {
  const from = effects.findIndex(({ place }) => place === removal.place)
  return isMoved(effects.slice(from + 1), one)
}

/** Whether the foreign key is set to another row. */
const isMoved = (effects: readonly Effect[], { child, key }: CutKey): boolean =>
  effects.some(
    ({ verb, table, shape, tokens }) =>
      verb === 'update' &&
      table === foldCase(child.name) &&
      shape.kind === 'update' &&
      shape.columns.some((one) => isSameName(plainName(one.key), key.columns[0] ?? '')) &&
      !tokens.join(' ').includes('= NULL'),
  )
