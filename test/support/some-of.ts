// Large tables of cases are tried in part, since neighbours in them take the same path: `LOCKSTEP_EVERY_CASE=1 npm test` tries
// all.
import { test } from 'vitest'

/** Every `nth` of the cases, beginning with the one at `first`; all of them where everything is to be tried. */
export const someOf = <T>(cases: readonly T[], nth: number, first = 0): readonly T[] =>
  process.env['LOCKSTEP_EVERY_CASE'] ? cases : cases.filter((_, at) => at % nth === first % nth)

/**
 * Whether a point of a sweep is tried, by its number. A run of the whole suite takes one of `nth`, others with another seed; one
 * of files that are named takes all.
 */
export function isTried(at: number, nth: number): boolean {
  const { LOCKSTEP_SEED: seed, LOCKSTEP_EVERY_CASE: every } = process.env
  return !seed || !!every || (at + Number(seed)) % nth === 0
}

/** The cases of a sweep that are tried. */
export const tried = <T>(cases: readonly T[], nth: number): readonly T[] =>
  cases.filter((_, at) => isTried(at, nth))

/** As `test.each`, of which a run of the whole suite takes a half of few cases and a quarter of many. */
export const testSome: typeof test.each = (cases: readonly unknown[]) => {
  const nth = Math.max(1, Math.min(4, Math.floor(cases.length / 2)))
  return test.each(tried(cases, nth))
}
