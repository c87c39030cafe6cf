// Whether what a side leaves tells the values of a column from those of other rows and of other columns, which it was given for a trial.
import { foldCase, foldUpper } from '../../../src/sql/names.js'
import { initialOf, isFlag, type Value } from './fill/seed-values.js'
import { giving, type Change, type Sample, type Trial } from './other-values.js'

/**
 * The same of a column of yes and no that has a number for its type, beside others of this kind: numbers that mean neither all come to
 * one thing, or each to another, as in a mask of bits.
 */
export function isToldAsFlag(of: Sample, beside: readonly Sample[], trial: Trial<string>): boolean {
  const others = beside.map((one) => (isFlag(one.column) ? asFlag(one) : one))
  const flags = others.filter(({ column }) => isFlag(column))
  const unset = flags.flatMap((one) => one.rows.map((row) => giving(one, row, 0)))
  const alone: Trial<string> = (...changes) => trial(...unset, ...changes)
  const initial = others.flatMap((one) => one.rows.map((row) => giving(one, row, defaultOf(one))))
  const isTold = isToldIn(of, alone) && isAnother(of, trialBehind(trial, initial))
  return isTold && isToldFrom(asFlag(of), others, alone)
}

function isToldIn(of: Sample, trial: Trial<string>): boolean {
  return of.rows.every((row) => {
    const [no, yes, ...rest] = [0, 1, ...NEITHER].map((value) => trial(giving(of, row, value)))
    const ways = new Set(rest).size
    return no !== yes && (ways === 1 || new Set([no, yes, ...rest]).size === ways + 2)
  })
}

const isAnother = (of: Sample, trial: Trial<string>): boolean =>
  of.rows.every((row) => trial(giving(of, row, 0)) !== trial(giving(of, row, 1)))

/** What goes with it may decide whether it is kept, too: most rows have no more there than a new one has. */
const defaultOf = ({ column }: Sample): Value => initialOf(column) ?? (column.notNull ? 0 : null)

const trialBehind =
  (trial: Trial<string>, before: readonly Change[]): Trial<string> =>
  (...changes) =>
    trial(...before, ...changes)

const NEITHER: readonly Value[] = [2, 3, 5, 8]

const asFlag = (sample: Sample): Sample => ({ ...sample, values: [0, 1] })

/** Whether a value is told from those of other rows, and of other columns. */
export const isToldFrom = (
  sample: Sample,
  beside: readonly Sample[],
  trial: Trial<string>,
): boolean =>
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
function isApart(of: Sample, beside: Sample, trial: Trial<string>, most?: number): boolean {
  const [row] = of.rows
  const known = new Map<string, Value>()
  return sideBySide(of)
    .slice(0, most)
    .every((one) =>
      sideBySide(beside)
        .slice(0, most)
        .every((other) => {
          const state = trial(giving(of, row!, one), giving(beside, row!, other))
          if (state === null) return true
          if (!known.has(state)) known.set(state, one)
          return known.get(state) === one
        }),
    )
}

/**
 * Whether these small values are told also where they are put together with what stands in others that are written over: no number that
 * is packed with another one comes to the same as they do, only sums, differences and the like.
 */
export const isToldBeside = (of: Sample, over: readonly Sample[], trial: Trial<string>): boolean =>
  over.every((one) => isApart(isFlag(of.column) ? asFlag(of) : of, one, trial, FEW))

const FEW = 2

/** The few values that a column may have, or else such as come to others together. */
function sideBySide({ values }: Sample): readonly Value[] {
  if (values.length < 5) return values
  return values.every((value) => typeof value === 'string') ? ['ab', 'abab'] : [1, 2, 11]
}
