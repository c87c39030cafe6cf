// Large tables of cases are tried in part, since neighbours in them take the same path: `LOCKSTEP_EVERY_CASE=1 npm test` tries all.

/** Every `nth` of the cases, beginning with the one at `first`; all of them where everything is to be tried. */
export const someOf = <T>(cases: readonly T[], nth: number, first = 0): readonly T[] =>
  process.env['LOCKSTEP_EVERY_CASE'] ? cases : cases.filter((_, at) => at % nth === first % nth)
