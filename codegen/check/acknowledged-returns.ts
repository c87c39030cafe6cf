// What was found about ways back and need not be told, so that tests of the history do not tell it again.
import type { Diagnostic } from '../model/diagnostic.js'
import type { Reading } from '../model/migration.js'
import { ownerOf } from './released.js'

/** Found where a `down` does not lead back, or its `up` afterwards not to where it led before. */
const ABOUT_RETURN: ReadonlySet<string> = new Set([
  'DOWN_NOT_INVERSE',
  'REPLAY_DOWN_FAILED',
  'REPLAY_UP_AGAIN_FAILED',
  'UP_NOT_REPEATABLE',
])

/**
 * By version, in alphabetical order, the codes about its way back of which nothing is told: comments acknowledge all of it,
 * its release has settled it, or the settings switch it off.
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
