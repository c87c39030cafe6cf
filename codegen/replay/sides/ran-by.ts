// What code ran, as evidence: plain data.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { RegistryEntry } from '../../../src/model/registry.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { CodeFrame, Direction, RanStatements } from '../../model/evidence.js'
import { stackPlaces } from '../../project/stack-places.js'
import { frameOf, isTheirs } from './frame-of.js'
import { DATA, type HandedStatement } from './handed-statements.js'
import type { RanHalf } from './statement-about.js'

/** The longest statement with rows of data that is kept in full. */
const LONGEST_DATA = 2000

/** What the half ran that was the last to run on a line; nothing of one that is SQL, whose statements are known. */
export function ranBy({ line, entry, direction }: RanHalf): RanStatements {
  const side = sideOf(entry, direction)
  if (!side || 'scripts' in side) return {}
  const calls = new Map<object, readonly CodeFrame[]>()
  const statements = line.handed.all.map(({ text, toolkit, call }) => {
    const known = calls.get(call) ?? callsOf(call, entry, direction)
    calls.set(call, known)
    return {
      text: DATA.test(text) ? text.slice(0, LONGEST_DATA) : text,
      calls: known,
      ...(toolkit && { toolkit: true as const }),
    }
  })
  return { [direction]: statements }
}

function callsOf(
  call: HandedStatement['call'],
  entry: RegistryEntry<Database>,
  direction: Direction,
): CodeFrame[] {
  const inner = stackPlaces(call.stack ?? '').find(isTheirs)
  const own = frameOf(call, entry, direction)
  const calls = [inner, own].flatMap((frame) => frame ?? [])
  return calls.filter((one, at) => at === 0 || JSON.stringify(one) !== JSON.stringify(calls[0]))
}
