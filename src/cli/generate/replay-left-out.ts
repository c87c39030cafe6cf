// Explains why migrations were not replayed. Pure.

/** The end of a sentence about migrations that were not replayed because of errors with these codes; at least one. */
export function replayLeftOut(codes: readonly string[]): string {
  const last = codes.at(-1) ?? ''
  const before = codes.slice(0, -1).join(', ')
  const all = before === '' ? `${last} is` : `${before} and ${last} are`
  return `the replay was skipped until ${all} fixed`
}
