// Gives rows other values in a column that a side removes: whether what is left afterwards is another with each of them, so that it
// tells them.
import { foldCase, foldUpper } from '../../../src/sql/names.js'
import type { Fact } from '../../model/evidence.js'
import type { RawRow } from './fill/connection.js'
import type { Value } from './fill/seed-values.js'
import {
  giving,
  sampleOf,
  stateReader,
  trialOf,
  type Change,
  type Sample,
  type Trial,
} from './other-values.js'
import { scriptTrial } from './script-trial.js'
import { takenOf, workedColumns } from './seed/worked-columns.js'
import { isGoneIn } from './try-worked-columns.js'
import { shownValue } from './watch/table-image.js'

/**
 * Looks at columns of which values are said to be gone though all rows have the same one, which may stand anywhere, and at texts
 * and fractions. A column is kept if every value that is tried in a row leads to something else, also beside those of others that
 * go, and so do two that change places, as they do not for a sum. Takes everything back; says nothing where a side does something
 * else each time.
 */
export const tryOtherValues = scriptTrial({
  sides: 'up',
  find: (effects, before) => workedColumns(effects, before).filter(({ now }) => now === null),
  run({ rows, side, effects, prepare }, columns) {
    const seek = rows.rowsSought(effects)
    const begin = (): void => {
      prepare()
      seek?.()
    }
    const samples: Tried[] = []
    const look = (): void => {
      prepare()
      const alike = columns.map((one) =>
        takenOf(rows.connection.all, one.table.name, one.column.name),
      )
      seek?.()
      columns.forEach((one, at) => {
        const isOne = alike[at]!.length < 2
        samples.push(...sampleOf(rows, one).map((sample) => ({ ...sample, isOne })))
      })
    }
    const { failure, facts } = rows.tryOut(side, look)
    if (failure) return []
    const usual = [...facts, ...(seek ? rows.tryOut(side, prepare).facts : [])]
    const found = rows.tryAgain(side, begin, (again) => {
      const trial = trialOf(rows, again, stateReader(rows))
      return samples.flatMap((sample) => {
        const beside = samples.filter((one) => one !== sample && one.table === sample.table)
        return judge(sample, { usual, beside, version: side.entry.version }, trial)
      })
    })
    return found ?? []
  },
})

interface Tried extends Sample {
  /** Whether all rows that there are have the same value. */
  readonly isOne: boolean
}

interface Known {
  /** What is said otherwise. */
  readonly usual: readonly Fact[]
  /** Other columns of the table that go. */
  readonly beside: readonly Sample[]
  readonly version: number
}

function judge(sample: Tried, { usual, beside, version }: Known, trial: Trial<string>): Fact[] {
  const isGone = isGoneIn(usual, sample) || !isKeptIn(usual, sample)
  // Numbers that are packed into one have to be smaller than others, which no trial of one column knows.
  const isWhole = sample.values.every((value) => Number.isInteger(Number(value)))
  if (isGone ? isWhole && !sample.isOne : isWhole || !sample.isOne) return []
  const asItIs = trial()
  if (asItIs === null || trial() !== asItIs) return []
  const { table, column } = sample
  const about = { version, table: table.name, tried: true } as const
  const { depends, lost } = leadsOf(sample, beside, trial)
  if (!depends) return []
  if (lost === undefined)
    return isGone && isToldFrom(sample, beside, trial)
      ? [{ ...about, kind: 'values-kept', column: column.name, in: table.name }]
      : []
  if (lost === null || isWhole) return []
  const parts = [{ column: column.name, at: null, those: 'some' as const }]
  return [{ ...about, kind: 'values-gone', row: { [column.name]: shownValue(lost) }, parts }]
}

/** Of a column without any values nothing is said. */
const isKeptIn = (facts: readonly Fact[], { table, column }: Sample): boolean =>
  facts.some(
    (fact) =>
      (fact.kind === 'values-kept' || fact.kind === 'values-changed') &&
      fact.table === table.name &&
      (fact.column ?? column.name) === column.name,
  )

interface Leads {
  /** Whether any two values of a row lead to something else. */
  readonly depends: boolean
  /** One that leads to what another one leads to in the same row. */
  readonly lost: Value | undefined
}

function leadsOf(of: Sample, beside: readonly Sample[], trial: Trial<string>): Leads {
  const { rows } = of
  // That there is none is something else than any.
  const values = of.column.notNull ? of.values : [...of.values, null]
  let depends = false
  const among = (row: RawRow, tried: readonly Value[], others: readonly Change[]) => {
    const states = tried.flatMap((value) => {
      const state = trial(...others, giving(of, row, value))
      return state === null ? [] : [{ value, state }]
    })
    const first = new Map(states.toReversed().map(({ value, state }) => [state, value]))
    depends ||= first.size > 1
    return states.find(({ value, state }) => first.get(state) !== value)
  }
  // What another column has may decide whether this one is kept.
  const [last] = rows.slice(0, 1)
  const aside = beside.map((one) => giving(one, last!, one.values[0] ?? null))
  const lost =
    rows.map((row) => among(row, values, [])).find(Boolean) ??
    aside.map((change) => among(last!, of.values.slice(0, 2), [change])).find(Boolean)
  return { depends, lost: lost && lost.value }
}

/** Whether a value is told from those of other rows, and of other columns. */
const isToldFrom = (sample: Sample, beside: readonly Sample[], trial: Trial<string>): boolean =>
  isNoSum(sample, sample.values, trial) &&
  isInLetters(sample, trial) &&
  beside.every((one) => isApart(sample, one, trial))

/** Whether it matters which of two rows has which of two values. */
function isNoSum(of: Sample, values: readonly Value[], trial: Trial<string>): boolean {
  const [first = null, second = null] = values
  const { rows } = of
  return rows.slice(1).every((row, at) => {
    const other = rows[at]!
    const state = trial(giving(of, row, first), giving(of, other, second))
    const exchanged = [giving(of, row, second), giving(of, other, first)]
    return state === null || state !== trial(...exchanged)
  })
}

/** The same of capital letters; and whether a text is told from one that differs by them alone, and stands in another row. */
function isInLetters(of: Sample, trial: Trial<string>): boolean {
  const texts = of.values.filter((value) => typeof value === 'string' && /[a-z]/i.test(value))
  const [text] = texts.map((value) => foldCase(String(value)))
  const [one, other] = of.rows
  if (text === undefined || !one || !other) return true
  const first = giving(of, one, text)
  const state = trial(first, giving(of, other, foldUpper(text)))
  const isTold = state === null || state !== trial(first, giving(of, other, text))
  return (
    isTold &&
    isNoSum(
      of,
      texts.map((value) => foldUpper(String(value))),
      trial,
    )
  )
}

/** Whether a row tells which of two columns has which value, as it does not by their sum, nor where they stand side by side. */
function isApart(of: Sample, beside: Sample, trial: Trial<string>): boolean {
  const [row] = of.rows
  const known = new Map<string, Value>()
  return sideBySide(of).every((one) =>
    sideBySide(beside).every((other) => {
      const state = trial(giving(of, row!, one), giving(beside, row!, other))
      if (state === null) return true
      if (!known.has(state)) known.set(state, one)
      return known.get(state) === one
    }),
  )
}

/** The few values that a column may have, or else such as come to others together. */
function sideBySide({ values }: Sample): readonly Value[] {
  if (values.length < 5) return values
  return values.every((value) => typeof value === 'string') ? ['ab', 'abab'] : [1, 2, 11]
}
