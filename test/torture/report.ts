// What the torture tells: what was done, in numbers, and what was found. Pure.
import type { RushResult } from './at-once.js'
import type { JournalMode } from './child/task.js'
import type { Killing } from './kill.js'
import type { KillCount } from './kill-many.js'
import type { Owner } from './owners.js'

/** The kills of one journal mode in one direction. */
export function renderKills(
  { journalMode, direction, pace: { steps } }: Omit<Killing, 'program' | 'random' | 'states'>,
  count: KillCount,
): string {
  const { early, midWay, late, recovering, inStep, journalLeft, finished, violations } = count
  return [
    `${modeOf(journalMode)}: ${early + midWay + late} kills on the way ${direction === 'migrate' ? 'up' : 'down'} ${steps} steps: ${early} early, ${midWay} mid-way, ${late} late; ${recovering} more while recovering`,
    `  ${inStep} in the middle of a step, ${journalLeft} left a journal to recover from`,
    `  ${finished} files came to the end of the way, ${violations.length} violations`,
  ].join('\n')
}

/** One kind of crowd in one journal mode. */
export function renderCrowd(
  mode: JournalMode,
  name: string,
  processes: number,
  results: readonly RushResult[],
): string {
  const workers = results.map((result) => result.workers)
  const violations = results.flatMap((result) => result.violations)
  return `${modeOf(mode)}: ${processes} processes at once, ${results.length} times, ${name}: ${workers.join(', ')} of them applied steps, ${violations.length} violations`
}

/** The owners of one kind of a step outside a transaction, in one journal mode. */
export const renderOwner = (
  mode: JournalMode,
  owner: Owner,
  {
    processes,
    rounds,
    violations,
  }: { readonly processes: number; readonly rounds: number; readonly violations: number },
): string =>
  `${modeOf(mode)}: ${processes} processes come by a step outside a transaction, ${rounds} times, its owner ${OWNER[owner]}: ${violations} violations`

const OWNER: Readonly<Record<Owner, string>> = {
  slow: 'is slow',
  dead: 'was killed',
  ahead: 'was killed, and ahead in time',
  taken: 'lives, and was taken for dead',
}

/** How it ended: every violation, the same ones counted. */
export function renderEnd(violations: readonly string[]): string {
  if (violations.length === 0) return 'Nothing was lost, and no step ran twice: 0 violations.'
  const times = new Map<string, number>()
  for (const one of violations) times.set(one, (times.get(one) ?? 0) + 1)
  const lines = [...times].map(([one, count]) => `  ${count} × ${one}`)
  return [`${violations.length} violations:`, ...lines].join('\n')
}

const modeOf = (mode: JournalMode): string => (mode === 'wal' ? 'WAL' : 'rollback journal')
