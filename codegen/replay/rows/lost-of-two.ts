// Two values that differ in one way alone, as by their sign: whether what a side leaves is the same for both, so that this is lost.
import { isFlag } from './fill/seed-values.js'
import { giving, type Sample, type Trial } from './other-values.js'
import type { Alike } from './seed/made-of.js'

/** The numbers and moments among the values of a column, beside others. */
export function alikeOf({ column, values }: Sample): Alike[] {
  const number = values.find((one) => typeof one === 'number' && one > 1)
  const isSigned = typeof number === 'number' && !isFlag(column)
  const moments = values.filter((one) => typeof one === 'string' && SECONDS.test(one))
  const [moment, other] = moments.map(String)
  return [
    ...(isSigned ? [{ two: [-number, number], other: number + 1, those: 'signs' } as const] : []),
    ...(moment !== undefined && other !== undefined
      ? [{ two: [secondsLater(moment), moment], other, those: 'seconds' } as const]
      : []),
  ]
}

/** What stands behind the minutes of a moment. */
const SECONDS = /(?<=(?:^|\d[T ])\d\d:\d\d:)\d\d/

const secondsLater = (moment: string): string =>
  moment.replace(SECONDS, (seconds) => (seconds === '05' ? '06' : '05'))

/** The first of these that a row loses which tells the others. */
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
