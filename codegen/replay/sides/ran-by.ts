// Turns what code ran into evidence, as plain data.
import type { Entry } from './step-side.js'
import { remembered } from '../../../src/model/collected.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { CodeFrame, Direction, RanStatement, RanStatements } from '../../model/evidence.js'
import { frameAmong, isTheirs } from './frame-of.js'
import { DATA, type HandedStatement } from './handed-statements.js'
import type { RanSide } from './statement-about.js'

/** The longest statement with rows of data that is kept in full. */
const LONGEST_DATA = 2000

/** What the last side on a pass ran; empty for SQL, whose statements are known. */
export function ranBy({ pass, entry, direction }: RanSide): RanStatements {
  const side = sideOf(entry, direction)
  if (!side || 'scripts' in side) return {}
  const calls = new Map<HandedStatement['places'], readonly CodeFrame[]>()
  const { calls: handed } = pass.handed
  const howOf = (script: string): Pick<RanStatement, 'executed' | 'prepared'> => {
    if (handed.isExecuted(script)) return { executed: true }
    return RUN_AS_GIVEN.test(script) && !handed.hasRun(script) ? PREPARED : {}
  }
  const statements = pass.handed.all.map(({ text, script, toolkit, places }) => {
    return {
      text: DATA.test(text) ? text.slice(0, LONGEST_DATA) : text,
      calls: remembered(calls, places, () => callsOf(places, entry, direction)),
      ...(toolkit ? { toolkit: true as const } : howOf(script)),
    }
  })
  const uncalled = handed.wrapped.flatMap(({ places, isCalled }) =>
    isCalled ? [] : [{ text: '', calls: callsOf(places, entry, direction), ...PREPARED }],
  )
  return { [direction]: [...statements, ...uncalled] }
}

const PREPARED = { prepared: true } as const

/** Statements that always run under their own text, unlike `pragma`, and those for which a wall runs something else. */
const RUN_AS_GIVEN = /^\s*(?:select|with|insert|replace|update|delete|create|alter|drop)\b/i

function callsOf(
  places: HandedStatement['places'],
  entry: Entry,
  direction: Direction,
): CodeFrame[] {
  const inner = places().find(isTheirs)
  const own = frameAmong(places(), entry, direction)
  const calls = [inner, own].flatMap((frame) => frame ?? [])
  return calls.filter((one, at) => at === 0 || JSON.stringify(one) !== JSON.stringify(calls[0]))
}
