// Large tables of cases are tried in part, since neighbours in them take the same path: `LOCKSTEP_EVERY_CASE=1 npm test` tries all.
import { test } from 'vitest'

/** Every `nth` of the cases, beginning with the one at `first`; all of them where everything is to be tried. */
export const someOf = <T>(cases: readonly T[], nth: number, first = 0): readonly T[] =>
  process.env['LOCKSTEP_EVERY_CASE'] ? cases : cases.filter((_, at) => at % nth === first % nth)

/**
 * As `test.each`. A run of the whole suite takes a half of few cases and a third of many, others with another seed; one of files
 * that are named takes all.
 */
export const testSome: typeof test.each = (cases: readonly unknown[]) => {
  const seed = process.env['LOCKSTEP_SEED']
  const nth = seed ? Math.max(1, Math.min(3, Math.floor(cases.length / 2))) : 1
  return test.each(someOf(cases, nth, Number(seed)) as unknown[])
}
