// Selects a part of large tables of cases, since neighbouring ones take the same path; `LOCKSTEP_EVERY_CASE=1 npm test` runs all.
import { test } from 'vitest'

/** Every `nth` case, starting at index `first`; with `LOCKSTEP_EVERY_CASE`, all of them. */
export const someOf = <T>(cases: readonly T[], nth: number, first = 0): readonly T[] =>
  process.env['LOCKSTEP_EVERY_CASE'] ? cases : cases.filter((_, at) => at % nth === first % nth)

/**
 * Whether to run the case with this number. A run of the whole suite takes one in `nth`, others with another seed; a run of named
 * files takes all.
 */
export function isTried(at: number, nth: number): boolean {
  const { LOCKSTEP_SEED: seed, LOCKSTEP_EVERY_CASE: every } = process.env
  return !seed || !!every || (at + Number(seed)) % nth === 0
}

/** The cases of a table that are run. */
export const tried = <T>(cases: readonly T[], nth: number): readonly T[] =>
  cases.filter((_, at) => isTried(at, nth))

/** Like `test.each`, but a run of the whole suite takes one case of a few, and a sixth of many. */
export const testSome: typeof test.each = (cases: readonly unknown[]) =>
  test.each(tried(cases, Math.max(1, Math.min(6, cases.length))))
