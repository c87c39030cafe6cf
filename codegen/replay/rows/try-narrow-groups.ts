// Tries a side that deletes duplicates, or keeps one of several rows elsewhere, on rows that agree in some columns and differ in others.
import { rowsGone } from './judge/rows-gone.js'
import type { Fact, PartGone, RowsLost, ValuesGone } from '../../model/evidence.js'
import { foldCase } from '../../../src/sql/names.js'
import type { Ending } from './judge/fate.js'
import type { RawRow } from './fill/connection.js'
import type { TableGraph } from './fill/table-graph.js'
import { matchRows, textBy } from './judge/match-rows.js'
import type { SeederState } from './seed/seeder-state.js'
import { placeOf, type TableImage } from './watch/table-image.js'
import { lookOn, scriptTrial, tryOn, type Trial } from './script-trial.js'
import {
  addAlike,
  groupsIn,
  groupsKept,
  leaveAlone,
  type Alone,
  type Group,
} from './seed/narrow-groups.js'

/**
 * Reports rows deleted because others agree with them, though no equal row stays: without those others they would stay. Also reports what
 * is lost of rows of which another table gets one. Rolls everything back; empty if the side fails then.
 */
export const tryNarrowGroups = scriptTrial({
  sides: 'up',
  find: (effects, before) => [
    ...groupsIn(effects, before).map((group) => ({ group, judge: lostOf })),
    ...groupsKept(effects, before).map((group) => ({ group, judge: goneOf })),
  ],
  run(trial, groups) {
    const told = new Set<string>()
    return groups.flatMap(({ group, judge }): Fact[] => {
      const found = told.has(group.table.name) ? null : judge(trial, group)
      if (!found) return []
      told.add(group.table.name)
      return [found]
    })
  },
})

/** Lost rows; or lost values, reported as some values of a column if the table still exists in the end. */
function goneOf(trial: Trial, group: Group): RowsLost | ValuesGone | null {
  const own = foldCase(group.table.name)
  let isMade = false
  const change = (state: SeederState, situation: TableGraph): void => {
    isMade = addAlike(state, situation, group)
  }
  const { facts } = tryOn(trial, change, ({ usualOf }) => usualOf(own))
  const found = facts.find(
    (fact): fact is RowsLost | ValuesGone =>
      (fact.kind === 'rows-lost' || fact.kind === 'values-gone') && foldCase(fact.table) === own,
  )
  if (!isMade || found?.kind !== 'values-gone') return isMade ? (found ?? null) : null
  const stays = trial.effects.some(
    ({ verb, table, to }) =>
      (verb === 'rename' && to === own) || (verb === 'create' && table === own),
  )
  const some = Object.keys(found.row).map((column): PartGone => ({
    column,
    at: null,
    those: 'some',
  }))
  return stays ? { ...found, parts: found.parts ?? some } : found
}

function lostOf(trial: Trial, group: Group): RowsLost | null {
  const found = endOf(trial, group, null, (ending) => lossIn(ending, group))
  const stays =
    found && endOf(trial, group, found.alone, ({ after }) => hasKey(after, group, found))
  return found && stays ? found.fact : null
}

/** What is observed of the table after a row was added to the group, or with one of its rows left alone. */
function endOf<T>(
  trial: Trial,
  group: Group,
  alone: Alone | null,
  see: (ending: Ending) => T | null,
): T | null {
  let isMade = false
  const change = (state: SeederState, situation: TableGraph): void => {
    isMade = addAlike(state, situation, group)
    if (alone) leaveAlone(state, situation, group, alone)
  }
  return lookOn(trial, change, ({ endings }) => {
    const ending = endings().find(({ name }) => name === foldCase(group.table.name))
    return isMade && ending ? see(ending) : null
  })
}

interface Found {
  readonly fact: RowsLost
  readonly alone: Alone
  /** The key of the row. */
  readonly key: string
}

const keyOf = ({ by, other }: Group): string[] => [...by, ...(other === null ? [] : [other])]

const hasKey = (after: TableImage | null, group: Group, { key }: Found): true | null =>
  after?.rows.some(({ values }) => textBy(keyOf(group), after)(values) === key) ? true : null

/** Ignores differences that may be meant to disappear: case, and surrounding spaces. */
const alike = (text: string): string => foldCase(text).replaceAll(/\s*"\s*/g, '"')

function lossIn({ before, after }: Ending, group: Group): Found | null {
  const matched = after && matchRows(before, after)
  const names = keyOf(group)
  if (!after || matched?.by !== 'key' || names.some((name) => placeOf(after, name) < 0)) return null
  const kept = new Set(matched.pairs.map(([old]) => old))
  const groupOf = textBy(group.by, before)
  const textOf = ({ columns }: TableImage, row: RawRow): string =>
    alike(textBy(names, { columns })(row))
  const left = new Set(after.rows.map(({ values }) => textOf(after, values)))
  const lost = before.rows.filter(({ values: row }) => {
    const mates = before.rows.filter((one) => groupOf(one.values) === groupOf(row))
    const isKnown = names.every((name) => row[placeOf(before, name)] !== null)
    if (kept.has(row) || left.has(textOf(before, row)) || !isKnown || mates.length < 2) return false
    return group.other === null || mates.some(({ values }) => kept.has(values))
  })
  const [first] = lost
  if (!first) return null
  const valuesOf = (all: readonly string[]) =>
    all.map((name) => first.values[placeOf(before, name)] ?? null)
  const own = group.other === null ? first.identity : valuesOf([group.other])
  const how =
    group.other === null
      ? ({ by: 'wholly', key: group.by } as const)
      : ({ by: 'grouped', column: group.other } as const)
  return {
    fact: rowsGone(
      before,
      { lost: lost.length, row: first.values },
      { at: group.effect.place, ...how },
    ),
    alone: { shared: valuesOf(group.by), own },
    key: textBy(names, before)(first.values),
  }
}
