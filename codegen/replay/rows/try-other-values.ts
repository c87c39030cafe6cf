// Gives rows other values in a column that a side removes: if each value leads to a different result, the result preserves them.
import type { Fact, PartGone, ValuesGone, ValuesKept } from '../../model/evidence.js'
import type { RawRow } from './fill/connection.js'
import { initialOf, type Value } from './fill/seed-values.js'
import {
  giving,
  parentKeysOf,
  sampleOf,
  stateReader,
  trialOf,
  type Change,
  type Sample,
  type Trial,
} from './other-values.js'
import { alikeOf, lostOfTwo } from './lost-of-two.js'
import { scriptTrial, type Trial as TrialOfSide } from './script-trial.js'
import { isAskedAsFlag } from './seed/asked-as-flag.js'
import { isRemade, remadeColumns } from './seed/remade-columns.js'
import { makingOf, type Alike } from './seed/made-of.js'
import {
  overwrittenBeside,
  takenOf,
  workedColumns,
  type WorkedColumn,
} from './seed/worked-columns.js'
import { isCode } from '../sides/is-code.js'
import { isToldAsFlag, isToldBeside, isToldFrom } from './told-from.js'
import { isGoneIn } from './try-worked-columns.js'
import { shownValue } from './watch/table-image.js'

/**
 * Tries columns whose values seem lost because all rows have the same value, which may occur anywhere, and texts and fractions. A column is
 * kept if every value tried in a row leads to a different result, also beside values of other removed columns, and if swapping two values
 * does too, unlike in a sum. Rolls everything back; empty if a side does something else on each run.
 */
export const tryOtherValues = scriptTrial({
  sides: 'up',
  find: (effects, before) => [
    ...workedColumns(effects, before).filter(({ now }) => now === null),
    ...remadeColumns(effects, before),
  ],
  run({ rows, side, effects, prepare }, found) {
    const seek = rows.rowsSought(effects)
    const sought = seek && rows.tryOut(side, () => (prepare(), seek()))
    // Rows that it looks for may be none that code can read.
    const isSought = sought !== null && !sought.failure
    const plain = rows.tryOut(side, prepare)
    if (!isSought && plain.failure) return []
    const usual = [...(isSought ? sought.facts : []), ...plain.facts]
    const columns = found.filter((one) => !isRemade(one) || isGoneIn(usual, one))
    if (columns.length === 0) return []
    const few: boolean[] = []
    const begin = (): void => {
      prepare()
      const { all } = rows.connection
      few.push(...columns.map((one) => takenOf(all, one.table.name, one.column.name).length < 2))
      if (isSought) seek?.()
    }
    const told = rows.tryAgain(side, begin, (again) => {
      const trial = trialOf(rows, again, stateReader(rows))
      const samples = columns.flatMap((one, at) => triedOf({ rows, side, effects }, one, few[at]!))
      return samples.flatMap((sample) => {
        const beside = samples.filter((one) => one !== sample && one.table === sample.table)
        return judge(sample, { usual, beside, version: side.entry.version }, trial)
      })
    })
    return told ?? []
  },
})

function triedOf(
  { rows, side, effects }: Pick<TrialOfSide, 'rows' | 'side' | 'effects'>,
  one: WorkedColumn,
  isOne: boolean,
): Tried[] {
  const { table, column } = one
  const { signs, isMade, alike } = makingOf(effects, column)
  const isKey = parentKeysOf(rows.connection.all, table, column).length > 1
  const over = overwrittenBeside(effects, one).flatMap((other) =>
    sampleOf(rows, { table, column: other }),
  )
  return sampleOf(rows, one, signs).map((sample) => {
    const two = isMade || isCode(side) ? [...alikeOf(sample), ...alike] : []
    const { catalog } = rows.situation()
    const isBoolean = sample.isFlag || isAskedAsFlag(catalog, table, column, effects)
    return {
      ...sample,
      isRemade: isRemade(one),
      isFlag: isBoolean,
      isOne,
      isMade,
      isKey,
      over,
      alike: two,
    }
  })
}

interface Tried extends Sample {
  /** Whether the table in the place of its own has a column of that name. */
  readonly isRemade: boolean
  /** Whether all existing rows have the same value. */
  readonly isOne: boolean
  /** Whether a statement computes something from its values. */
  readonly isMade: boolean
  /** Whether they are foreign keys, which nobody packs into numbers. */
  readonly isKey: boolean
  /** Columns that stay with other values, which may be computed from both. */
  readonly over: readonly Sample[]
  /** Values that a computed result may confuse. */
  readonly alike: readonly Alike[]
}

interface Known {
  /** The findings without this trial. */
  readonly usual: readonly Fact[]
  /** The other removed columns of the table. */
  readonly beside: readonly Sample[]
  readonly version: number
}

function judge(sample: Tried, known: Known, trial: Trial<string>): Fact[] {
  const isGone = isGoneIn(known.usual, sample) || !isKeptIn(known.usual, sample)
  const asFlag = isGone && sample.isFlag
  const isTried = isToBeTried(sample, known.usual, isGone)
  if (!asFlag && !isTried && sample.alike.length === 0) return []
  const asItIs = trial()
  if (asItIs === null || trial() !== asItIs) return []
  if (
    asFlag &&
    isToldAsFlag(sample, known.beside, trial) &&
    isToldBeside(sample, sample.over, trial)
  )
    return [keptOf(sample, known)]
  const found = isTried ? judgeValues(sample, known, { isGone, trial }) : []
  const lost = found.some(({ kind }) => kind === 'values-gone')
    ? undefined
    : lostOfTwo(sample, sample.alike, trial)
  return lost ? [goneOf(sample, known, lost.two[0], lost.those)] : found
}

interface Gone {
  readonly isGone: boolean
  readonly trial: Trial<string>
}

function judgeValues(sample: Tried, known: Known, { isGone, trial }: Gone): Fact[] {
  // Rows that lose their values are known already.
  const tried = isGone ? sample : { ...sample, rows: sample.rows.slice(0, 1) }
  const { depends, lost, isRefused } = leadsOf(tried, isGone ? known.beside : [], trial)
  if (!depends) return []
  if (lost === undefined)
    return isGone &&
      !isRefused &&
      isToldFrom(sample, known.beside, trial) &&
      isToldBeside(sample, sample.over, trial)
      ? [keptOf(sample, known)]
      : []
  if (lost === null && sample.isRemade) return [keptOf(sample, known)]
  if (lost === null || isWhole(sample)) return []
  return [goneOf(sample, known, lost, 'some')]
}

const keptOf = ({ table: { name }, column }: Tried, { version }: Known): ValuesKept => ({
  kind: 'values-kept',
  version,
  table: name,
  column: column.name,
  in: name,
  tried: true,
})

const goneOf = (
  { table, column: { name } }: Tried,
  { version }: Known,
  lost: Value,
  those: NonNullable<PartGone['those']>,
): ValuesGone => ({
  kind: 'values-gone',
  version,
  table: table.name,
  row: { [name]: shownValue(lost) },
  parts: [{ column: name, at: null, those }],
  tried: true,
})

/** Packed numbers must be smaller than the factor, which a trial of one column cannot know. */
function isToBeTried(sample: Tried, usual: readonly Fact[], isGone: boolean): boolean {
  if (!isGone) return !isWhole(sample) && (sample.isOne || sample.isMade)
  return !isWhole(sample) || sample.isOne || sample.isKey || isGoneInPart(usual, sample)
}

const isWhole = ({ values }: Sample): boolean =>
  values.every((value) => Number.isInteger(Number(value)))

/** Whether other values of it are kept unchanged somewhere, so that numbers are not packed; only the default may be missing. */
const isGoneInPart = (facts: readonly Fact[], { table, column }: Sample): boolean =>
  facts.some(
    (fact) =>
      fact.kind === 'values-gone' &&
      fact.table === table.name &&
      (fact.row[column.name] === initialOf(column) ||
        (fact.parts ?? []).some((part) => part.column === column.name && part.those === undefined)),
  )

/** Nothing is reported for a column without values. */
const isKeptIn = (facts: readonly Fact[], { table, column }: Sample): boolean =>
  facts.some(
    (fact) =>
      (fact.kind === 'values-kept' || fact.kind === 'values-changed') &&
      fact.table === table.name &&
      (fact.column ?? column.name) === column.name,
  )

interface Leads {
  /** Whether any two values of a row lead to different results. */
  readonly depends: boolean
  /** A value with the same result as another one in the same row. */
  readonly lost: Value | undefined
  /** Whether the table accepts too few of the values, so that it may accept others than these. */
  readonly isRefused: boolean
}

const MOST_IN_OTHERS = 3

function leadsOf(of: Sample, beside: readonly Sample[], trial: Trial<string>): Leads {
  const { rows } = of
  // Null must lead to a different result, too.
  const values = of.column.notNull ? of.values : [...of.values, null]
  let depends = false
  let isRefused = false
  let taken = values
  const among = (row: RawRow, tried: readonly Value[], others: readonly Change[]) => {
    const states = tried.flatMap((value) => {
      const state = trial(...others, giving(of, row, value))
      return state === null ? [] : [{ value, state }]
    })
    const first = new Map(states.toReversed().map(({ value, state }) => [state, value]))
    depends ||= first.size > 1
    if (tried === values) taken = states.map(({ value }) => value)
    if (others.length === 0) isRefused ||= states.length < Math.min(tried.length, MOST_IN_OTHERS)
    return states.find(({ value, state }) => first.get(state) !== value)
  }
  // Another column may decide whether this one is kept.
  const [last] = rows.slice(0, 1)
  const aside = beside.map((one) => giving(one, last!, one.values[0] ?? null))
  // A value that is lost in one row is lost in any; a row that loses its value loses any value.
  const few = (): Value[] => [...taken.slice(0, MOST_IN_OTHERS), ...taken.slice(-1)]
  const lost =
    rows.map((row, at) => among(row, at === 0 ? values : few(), [])).find(Boolean) ??
    aside.map((change) => among(last!, of.values.slice(0, 2), [change])).find(Boolean)
  return { depends, lost: lost && lost.value, isRefused }
}
