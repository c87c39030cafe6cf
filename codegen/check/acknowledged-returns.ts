// Collects findings about ways back that need not be reported, so that tests of the history do not report them again.
import type { Diagnostic } from '../model/diagnostic.js'
import type { Reading } from '../model/migration.js'
import { ownerOf } from './released.js'

/** Findings that a `down` does not lead back, or that `up` then does not lead to the same state. */
const ABOUT_RETURN: ReadonlySet<string> = new Set([
  'DOWN_NOT_INVERSE',
  'REPLAY_DOWN_FAILED',
  'REPLAY_UP_AGAIN_FAILED',
  'UP_NOT_REPEATABLE',
])

/**
 * By version, in alphabetical order, the codes about its way back that are not reported: comments acknowledge them, its release
 * has settled them, or the settings switch them off.
 */
export function acknowledgedReturns(
  found: readonly Diagnostic[],
  told: readonly Diagnostic[],
  migrations: Reading['migrations'],
): ReadonlyMap<number, readonly string[]> {
  const standing = new Set(returnsIn(told, migrations).map(String))
  const codes = new Map<number, readonly string[]>()
  for (const [version, code] of returnsIn(found, migrations)) {
    const others = codes.get(version) ?? []
    if (!standing.has(String([version, code])) && !others.includes(code))
      codes.set(version, [...others, code].sort())
  }
  return codes
}

const returnsIn = (
  found: readonly Diagnostic[],
  migrations: Reading['migrations'],
): (readonly [version: number, code: string])[] =>
  found.flatMap((one) => {
    const owner = ABOUT_RETURN.has(one.code) ? ownerOf(one, migrations) : undefined
    return owner ? [[owner.version, one.code] as const] : []
  })
