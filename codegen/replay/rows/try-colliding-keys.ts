// Tries a side that fills unique keys with values which rows may share, on rows that share them.
import type { Fact } from '../../model/evidence.js'
import { codeIn } from '../../../src/plan/scripts.js'
import { foldCase, isSameName, quoteIdentifier } from '../../../src/sql/names.js'
import { hasFailed, judgeFailure, type Failed } from './judge-failure.js'
import { keyText, type Connection } from './fill/connection.js'
import type { Example } from './fill/draft-row.js'
import { tableNamed, type TableGraph } from './fill/table-graph.js'
import { keyPlaces } from './judge/beside-key.js'
import { matchRows } from './judge/match-rows.js'
import { partnersOf } from './seed/compared-columns.js'
import { addRows } from './seed/add-rows.js'
import type { SeederState } from './seed/seeder-state.js'
import { placeOf, type TableImage } from './watch/table-image.js'
import { imageNow } from './watch/tables-now.js'
import type { Seen } from './seen.js'
import { changing, lookOn, scriptTrial, type Trial } from './script-trial.js'
import { collidingKeys, keysOf, type CollidingKey } from './seed/colliding-keys.js'
import { addColliding, askedOf, valuesOf } from './seed/colliding-rows.js'
import {
  equalIfShort,
  shortenedByCode,
  shortenedKeys,
  type ShortenedKey,
} from './seed/shortened-keys.js'

/** Reports that the side fails or loses rows then, once per statement. Rolls everything back. */
export const tryCollidingKeys = scriptTrial({
  sides: 'up',
  find: (effects, before): (CollidingKey | ShortenedKey)[] => [
    ...collidingKeys(effects, before).slice(0, MOST),
    ...shortenedKeys(effects, before).slice(0, MOST),
  ],
  run(trial, all) {
    const { rows, side } = trial
    const told = new Set<string>()
    return all.flatMap((one) => {
      const place = JSON.stringify(one.effect.place)
      const set = rowsSet(trial, one)
      if (told.has(place) || set?.length === 0) return []
      let isMade = false
      const begin = changing(trial, (state, situation) => {
        isMade = set !== null || addColliding(state, situation, one, trial.bound ?? [])
        if (set) addRows(state, situation, { table: one.table, examples: set })
      })
      const outcome = rows.tryOut(side, begin, (seen) => (one.isSet ? [] : lossesOf(seen, one)))
      if (!isMade || (hasFailed(outcome) && !isAboutKey(outcome, one))) return []
      if (outcome.failure !== null || outcome.facts.length > 0) told.add(place)
      if (!hasFailed(outcome)) return outcome.facts
      const facts = judgeFailure(rows, outcome, begin).facts.slice(0, 1)
      return one.isSet
        ? facts.map((fact) => ({
            ...fact,
            ...(fact.kind === 'step-failed' && { given: true as const }),
          }))
        : facts
    })
  },
})

/** The rows to add; null if other rows are copied for it. */
function rowsSet(trial: Trial, one: CollidingKey | ShortenedKey): Example[] | null {
  if ('cut' in one) return rowsCut(trial, one)
  if (one.isSet) return textsSet(trial, one)
  if (one.found) return valuesFound(trial, one)
  return one.ranked ? rowsRanked(trial, one, one.ranked) : null
}

/** Rows whose texts are equal when they are shortened, and which agree in the rest of the key. */
function rowsCut({ rows, side }: Trial, one: ShortenedKey): Example[] {
  const { connection } = rows
  const cut = one.cut ?? shortenedByCode(codeIn(side.entry, side.direction) ?? '', one.table)
  const own = new Set(keysOf(one.table, rows.situation()).flat())
  const asked = askedOf(connection, rows.situation(), one.effect, one.table).filter(
    ({ name }) => !own.has(foldCase(name)),
  )
  const alike = { ...oneAlike(connection, one), ...valuesOf(asked) }
  return cut
    .slice(0, MOST)
    .flatMap(({ column, most }) => equalIfShort(most).map((text) => ({ ...alike, [column]: text })))
}

/** Rows that agree in the rest of the key, with falling numbers: while one gets its own, another still has it. */
function rowsRanked({ rows: { connection } }: Trial, one: CollidingKey, ranked: string): Example[] {
  const alike = oneAlike(connection, one)
  return alike ? FALLING.map((number) => ({ ...alike, [ranked]: number })) : []
}

/** The rest of the key in one row. */
function oneAlike(connection: Connection, { table, shared }: CollidingKey): Example | null {
  const rest = shared.map((name) => quoteIdentifier(name))
  const whole = ['1', ...rest.map((name) => `${name} NOT NULL`)].join(' AND ')
  const [row] = connection.all(
    `SELECT ${['1', ...rest].join(', ')} FROM ${quoteIdentifier(table.name)} WHERE ${whole} LIMIT 1`,
  )
  return row ? Object.fromEntries(shared.map((name, at) => [name, row[at + 1] ?? null])) : null
}

/** Counted from 0 or from 1, also behind a few other rows, they have other places, which some of them hold. */
const FALLING = [13n, 12n, 11n, 10n, 9n, 8n, 7n, 6n]

/** Rows that already hold a text which the side makes from another; not texts that contain the row id, as no other row has those. */
function textsSet(
  { rows, side, prepare }: Trial,
  { table, key: [key = ''] }: CollidingKey,
): Example[] {
  const found = rows.lookAfter(side, prepare, ({ side: ran }) => {
    const before = ran.images.get(foldCase(table.name))
    const after = imageNow(rows, table.name)
    const { pairs, by } = before && after ? matchRows(before, after) : { pairs: [], by: 'order' }
    if (!before || !after || by !== 'key') return []
    const own = keyPlaces(before)
    const first = numberBefore(before, own)
    return pairs.flatMap(([old, is]): Example[] => {
      const [was, text] = [old[placeOf(before, key)], is[placeOf(after, key)]]
      if (typeof was !== 'string' || typeof text !== 'string' || was === '' || was === text)
        return []
      const rest = text.replace(was, '')
      const isOwn = rest === text || own.some((at) => rest.includes(String(old[at])))
      return isOwn ? [] : [{ ...first, [key]: text }]
    })
  })
  return found?.slice(0, 1) ?? []
}

/** A row for which the side finds another value, and one that holds this value already and agrees in the rest of the key. */
function valuesFound(trial: Trial, { effect, table, shared, found = '' }: CollidingKey): Example[] {
  const seek = (state: SeederState, situation: TableGraph): void => {
    const own = tableNamed(situation, table.name) ?? table
    const column = { table: own, name: found }
    const values = partnersOf(state.connection, situation, effect, column).slice(0, MOST)
    const examples = values.map(([value = null]) => ({ [found]: value }))
    addRows(state, situation, { table: own, examples, sort: 'sibling' })
  }
  const rows = lookOn(trial, seek, ({ side }) => {
    const before = side.images.get(foldCase(table.name))
    const after = imageNow(trial.rows, table.name)
    if (!before || !after) return []
    const same = new Map(after.rows.map(({ identity, values }) => [keyText(identity), values]))
    return before.rows.flatMap(({ identity, values: old }): Example[] => {
      const was = old[placeOf(before, found)]
      const to = same.get(keyText(identity))?.[placeOf(after, found)] ?? null
      if (was === undefined || to === null || was === to || typeof was !== typeof to) return []
      const rest = shared.map((one) => [one, old[placeOf(before, one)] ?? null])
      return [was, to].map((one) => ({ ...Object.fromEntries(rest), [found]: one }))
    })
  })
  return rows?.slice(0, 2) ?? []
}

/** An id before all others: code may take the row for one of its own if it comes last. */
function numberBefore(
  { columns, rows }: TableImage,
  [at = -1, ...more]: readonly number[],
): Example {
  const numbers = rows.flatMap(({ values }) => (typeof values[at] === 'bigint' ? values[at] : []))
  const [lowest] = numbers.toSorted((one, other) => Number(one - other))
  return lowest === undefined || more.length > 0 ? {} : { [columns[at]!.name]: lowest - 1n }
}

/** What happens to conflicting rows of a table: they are lost, or left without a parent. */
export const lossesOf = ({ usual }: Seen, { table }: Pick<CollidingKey, 'table'>): Fact[] =>
  usual().filter(
    (fact) =>
      (fact.kind === 'rows-lost' || fact.kind === 'foreign-key-broken') &&
      isSameName(fact.table, table.name),
  )

/** The most keys that are tried. */
const MOST = 6

/** Whether SQLite's message names these columns. */
export function isAboutKey(
  { failure: { message } }: Failed,
  { key }: Pick<CollidingKey, 'key'>,
): boolean {
  const [, named = ''] = /^UNIQUE constraint failed: (.*)$/.exec(message) ?? []
  const columns = named.split(', ').map((one) => foldCase(one.slice(one.lastIndexOf('.') + 1)))
  return columns.length === key.length && columns.every((one) => key.includes(one))
}
