// Judges by two values that differ in one respect only, such as their sign, whether a side loses that difference.
import { giving, type Sample, type Trial } from './other-values.js'
import type { Alike } from './seed/made-of.js'

/** Pairs made from the numbers and times among the values of a column, each with a different value. */
export function alikeOf({ isFlag, values }: Sample): Alike[] {
  const number = values.find((one) => typeof one === 'number' && one > 1)
  const isSigned = typeof number === 'number' && !isFlag
  const moments = values.filter((one) => typeof one === 'string' && SECONDS.test(one))
  const [moment, other] = moments.map(String)
  return [
    ...(isSigned ? [{ two: [-number, number], other: number + 1, those: 'signs' } as const] : []),
    ...(moment !== undefined && other !== undefined
      ? [{ two: [secondsLater(moment), moment], other, those: 'seconds' } as const]
      : []),
  ]
}

/** The seconds of a time. */
const SECONDS = /(?<=(?:^|\d[T ])\d\d:\d\d:)\d\d/

const secondsLater = (moment: string): string =>
  moment.replace(SECONDS, (seconds) => (seconds === '05' ? '06' : '05'))

/** The first pair that becomes equal in a row where the third value stays different. */
export const lostOfTwo = (
  sample: Sample,
  alike: readonly Alike[],
  trial: Trial<string>,
): Alike | undefined =>
  alike.find(({ two, other }) =>
    sample.rows.slice(0, MOST_ROWS).some((row) => {
      const [first, second, third] = [...two, other].map((value) =>
        trial(giving(sample, row, value)),
      )
      return first !== null && third !== null && first === second && first !== third
    }),
  )

const MOST_ROWS = 3
