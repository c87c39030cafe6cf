// Reports statements that the code of a version runs after its side has ended.
import type { Entry } from './step-side.js'
import type { LateCall } from '../../model/evidence.js'
import { frameOf } from './frame-of.js'
import type { HistoryRun } from './history-run.js'
import { wholeSide } from './whole-side.js'

/** Waits for them; returns the first statement of each side. Ignores earlier versions. */
export async function lateCalls({ late }: HistoryRun, entry: Entry): Promise<LateCall[]> {
  const found = (await late?.settle()) ?? []
  return (['up', 'down'] as const).flatMap((direction) => {
    const first = found.find(
      ({ where }) => where.version === entry.version && where.direction === direction,
    )
    if (!first) return []
    const frame = frameOf(first.error, entry, direction)
    const statement = first.text.slice(0, LONGEST)
    return [{ kind: 'late-call', at: { ...wholeSide(entry.version, direction), statement, frame } }]
  })
}

/** The longest statement that is kept in full. */
const LONGEST = 2000
