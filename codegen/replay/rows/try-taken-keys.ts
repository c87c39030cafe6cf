// Tries a side that gives hardcoded keys to rows, new ones or existing ones found by their keys, on a table where the application already
// uses these keys.
import type { KeyTaken, StepPlace } from '../../model/evidence.js'
import { hasFailed } from './judge-failure.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { matchRows } from './judge/match-rows.js'
import type { Prover } from './prover.js'
import { changing, scriptTrial, type Trial } from './script-trial.js'
import {
  exchangedTexts,
  fixedKeys,
  settingKeys,
  spelledOut,
  textsCompared,
  type FixedKey,
} from './seed/fixed-keys.js'
import { addRows } from './seed/add-rows.js'
import { literalsIn } from './seed/comparisons.js'
import type { SeederState } from './seed/seeder-state.js'
import type { ObservedSide, StepSide } from './watch/observed-run.js'
import { isQuery, type Effect } from './watch/statement-effect.js'
import { shownValue, takeImage } from './watch/table-image.js'
import { foldCase, isSameName } from '../../../src/sql/names.js'

/** How many versions a table must have stood without rows of their own before it counts as filled by the application. */
const LONG = 2

/**
 * Reports what fails or is overwritten, once per table or UPDATE; nothing if such rows stay as they are. Rolls everything back. It is not known which
 * tables the application fills: taken to be those that existed long before, use AUTOINCREMENT, or have rows replaced.
 */
export const tryTakenKeys = scriptTrial({
  sides: 'up',
  find: (effects, before) => [
    ...spelledOut(effects).filter(({ table }) => tableNamed(before, table)),
    ...setting(effects, before),
  ],
  run(trial, all) {
    const { rows, side, effects } = trial
    const updates = setting(all, rows.situation())
    const inserts = all.filter((one) => !updates.includes(one))
    const given = inserts.filter(({ table: name, evicts }) => {
      const age = side.entry.version - sinceOf(rows, name)
      const isMeant = effects.some(({ verb, table: one }) => one === name && SETTLES.has(verb))
      const isNumbered = tableNamed(rows.situation(), name)?.autoincrement
      return !isMeant && (age >= LONG || (age > 0 && (evicts || isNumbered)))
    })
    const found = textsTaken(trial, updates)
    for (const key of given.length > 0 ? keysGiven(rows, side, given) : []) {
      const place = given.find(({ table }) => table === key.table)?.place
      if (!place || found.some(({ table }) => foldCase(table) === key.table)) continue
      found.push(...taken({ rows, side }, key, place))
    }
    return found
  },
})

/** The UPDATEs of keys, table by table. */
const setting = (effects: readonly Effect[], situation: TableGraph): Effect[] =>
  [...new Set(effects.map(({ table }) => table))].flatMap((name) => {
    const table = tableNamed(situation, name)
    return table ? settingKeys(effects, { table, indexes: indexesOf(situation, name) }) : []
  })

const indexesOf = ({ attached }: TableGraph, name: string) => attached.indexes.get(name) ?? []

/** For each UPDATE, the first text that it sets in place of another and that conflicts if another row has it. */
const textsTaken = (trial: Trial, updates: readonly Effect[]): KeyTaken[] =>
  [...new Set(updates.map(({ table }) => table))].flatMap((name) => {
    const own = updates.filter(({ table }) => table === name)
    const keys = textsExchanged(trial, name, updates)
    const spells = ({ tokens }: Effect, { of, values }: FixedKey): boolean =>
      [of, ...values].every((value) => literalsIn(tokens).some((one) => one === value))
    const sets = (key: FixedKey): Effect | undefined =>
      own.find((one) => spells(one, key)) ?? own[0]
    return own.flatMap((one) =>
      keys
        .filter((key) => sets(key) === one)
        .flatMap((key) => taken(trial, key, one.place))
        .slice(0, 1),
    )
  })

/** What happens to rows with the texts that the UPDATEs of a table compare. */
function textsExchanged(
  { rows, side, prepare, bound = [] }: Trial,
  name: string,
  updates: readonly Effect[],
): FixedKey[] {
  const situation = rows.situation()
  const table = tableNamed(situation, name)
  if (!table) return []
  const keyed = { table, indexes: indexesOf(situation, name) }
  const inserts = settingKeys([...updates, ...bound], keyed)
  const begin = (): void => {
    prepare()
    for (const key of textsCompared(inserts, keyed))
      rows.onTrial((state, now) => occupy(state, now, key))
  }
  const keys = rows.lookAfter(side, begin, ({ side: ran }) => {
    const before = ran.images.get(name)
    const after = takeImage(rows.connection, table)
    if (!before || !after) return []
    const { pairs, by } = matchRows(before, after)
    return by === 'order' ? [] : exchangedTexts({ ...keyed, inserts, before, after }, pairs)
  })
  return keys ?? []
}

/** Statements that show that the migration knows the rows, or rebuilds the table. */
const SETTLES: ReadonlySet<Effect['verb']> = new Set(['delete', 'drop', 'rename', 'create'])

/** The version after which a table was first filled; infinite if it never was. */
function sinceOf(rows: Prover, name: string): number {
  let since = Infinity
  rows.onTrial(({ remembered }) => (since = remembered.get(name)?.since ?? since))
  return since
}

function keysGiven(rows: Prover, side: StepSide, given: readonly Effect[]): FixedKey[] {
  const keys = rows.lookAfter(side, undefined, ({ side: ran }) => {
    const bound = boundIn(rows, ran)
    return [...new Set(given.map(({ table }) => table))].flatMap((name) => {
      const table = tableNamed(ran.before, name)
      const before = ran.images.get(name)
      const after = table && takeImage(rows.connection, table)
      if (!before || !after || [before, after].some((one) => one.count > one.rows.length)) return []
      const indexes = indexesOf(ran.before, name)
      const inserts = given.filter((one) => one.table === name)
      return fixedKeys({ table, indexes, inserts, bound, before, after })
    })
  })
  return keys ?? []
}

/** The values that code has just bound to INSERTs, as texts; empty if it has read rows, from which they may come. */
function boundIn(rows: Prover, { effects }: ObservedSide): Set<string> {
  const inserts = rows.handed().all.filter(({ text }) => /^\s*(?:insert|replace)\b/i.test(text))
  return new Set(
    effects.some(isQuery) ? [] : inserts.flatMap(({ values }) => values.flat().map(String)),
  )
}

function taken(
  { rows, side, prepare = () => {} }: Pick<Trial, 'rows' | 'side'> & Partial<Trial>,
  key: FixedKey,
  at: StepPlace,
): KeyTaken[] {
  const { column, values, of } = key
  const own = of === undefined ? key : { ...key, values: [of, ...values] }
  const fact = (table: string, by: KeyTaken['by']): KeyTaken => ({
    kind: 'key-taken',
    at,
    table,
    column,
    values: values.map(shownValue),
    by,
    ...(of !== undefined && { of: { value: shownValue(of), along: [] } }),
  })
  const begin = changing({ rows, prepare }, (state, situation) => occupy(state, situation, own))
  const outcome = rows.tryOut(side, begin, ({ side: ran }) => {
    // Rows that a statement deletes by name may go.
    if (of !== undefined) return []
    const before = ran.images.get(key.table)
    const after = before && takeImage(rows.connection, before.table)
    const place = before?.columns.findIndex(({ name }) => name === column) ?? -1
    const isKept = before?.rows
      .filter((row) => values.some((value) => value === row.values[place]))
      .every((row) => after?.rows.some((now) => isEqual(row.values, now.values)))
    return before && isKept === false ? [fact(before.table.name, 'replaced')] : []
  })
  if (!hasFailed(outcome)) return outcome.facts.filter((one) => one.kind === 'key-taken')
  const name = tableNamed(outcome.attended.before, key.table)?.name ?? ''
  const said = /^UNIQUE constraint failed: (.*)$/.exec(outcome.failure.message)?.[1] ?? ''
  return isSameName(said, `${name}.${column}`) ? [fact(name, 'refused')] : []
}

/** Adds rows with these keys to the table. */
function occupy(
  state: SeederState,
  situation: TableGraph,
  { table: name, column, values }: FixedKey,
): void {
  const table = tableNamed(situation, name)
  const examples = values.map((value) => ({ [column]: value }))
  if (table) addRows(state, situation, { table, examples })
}

const isEqual = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one.every((value, at) => value === other[at] || (value instanceof Uint8Array && !!other[at]))
