// Judges whether the result of a side keeps the values of a column apart from those of other rows and columns, which are varied for the
// trial.
import { foldCase, foldUpper } from '../../../src/sql/names.js'
import { initialOf, type Value } from './fill/seed-values.js'
import { giving, type Change, type Sample, type Trial } from './other-values.js'

/**
 * The same for a boolean column with a numeric type, beside others of this kind: other numbers all have one effect, or each its own, as in
 * a bit mask.
 */
export function isToldAsFlag(of: Sample, beside: readonly Sample[], trial: Trial<string>): boolean {
  const others = beside.map((one) => (one.isFlag ? asFlag(one) : one))
  const flags = others.filter((one) => one.isFlag)
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

/** Columns that go with it may decide whether it is kept: most rows have just the default there. */
const defaultOf = ({ column }: Sample): Value => initialOf(column) ?? (column.notNull ? 0 : null)

const trialBehind =
  (trial: Trial<string>, before: readonly Change[]): Trial<string> =>
  (...changes) =>
    trial(...before, ...changes)

const NEITHER: readonly Value[] = [2, 3, 5, 8]

const asFlag = (sample: Sample): Sample => ({ ...sample, values: [0, 1] })

/** Whether a value is kept apart from those of other rows and other columns. */
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

/** The same with capitals, and whether a text is kept apart from one in another row that differs in case only. */
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

/** Whether the result shows which of two columns has which value, which a sum or plain concatenation does not. */
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
 * Whether small values are kept apart even when combined with columns that are overwritten: packed numbers stay distinct, but sums,
 * differences and the like do not.
 */
export const isToldBeside = (of: Sample, over: readonly Sample[], trial: Trial<string>): boolean =>
  over.every((one) => isApart(of.isFlag ? asFlag(of) : of, one, trial, FEW))

const FEW = 2

/** The few values that a column may have, or otherwise values that become equal to others when combined. */
function sideBySide({ values }: Sample): readonly Value[] {
  if (values.length < 5) return values
  return values.every((value) => typeof value === 'string') ? ['ab', 'abab'] : [1, 2, 11]
}
