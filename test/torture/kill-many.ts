// Kills until there are enough kills, and counts them.
import { inLanes } from './in-lanes.js'
import { killedLife, type Killing, type Life } from './kill.js'
import type { Scratch } from './scratch.js'

/** How often one file is killed on its way. */
const KILLS_A_LIFE = 6

/** What was killed and what was found, in numbers. */
export interface KillCount {
  /** Kills on the way, by where the ledger stood: in the first, the second or the last third of the way. */
  readonly early: number
  readonly midWay: number
  readonly late: number
  /** Kills while the process recovered from the kill before. */
  readonly recovering: number
  /** Kills in the middle of a step, and kills that left a journal to recover from. */
  readonly inStep: number
  readonly journalLeft: number
  /** Files whose last process ran to its end. */
  readonly finished: number
  readonly violations: readonly string[]
}

/** Kills at least `kills` times on the way, and about as often while recovering; so many processes at once as there are lanes. */
export async function killMany(
  killing: Killing,
  scratch: Scratch,
  kills: number,
  lanes: number,
): Promise<KillCount> {
  const lives: Life[] = []
  const done = (): number => countKills(lives, killing.pace.steps).onTheWay
  while (done() < kills) {
    const left = kills - done()
    lives.push(
      ...(await inLanes(lanes, Math.ceil(left / KILLS_A_LIFE), () =>
        killedLife(killing, scratch.path(), Math.min(KILLS_A_LIFE, left)),
      )),
    )
  }
  return countKills(lives, killing.pace.steps)
}

/** Counts what happened to files. */
export function countKills(
  lives: readonly Life[],
  steps: number,
): KillCount & { readonly onTheWay: number } {
  const kills = lives.flatMap((life) => life.kills)
  const onTheWay = kills.filter(({ when }) => when === 'on-the-way')
  const third = (index: number): number =>
    onTheWay.filter(({ done }) => Math.min(2, Math.floor((3 * done) / steps)) === index).length
  return {
    early: third(0),
    midWay: third(1),
    late: third(2),
    onTheWay: onTheWay.length,
    recovering: kills.length - onTheWay.length,
    inStep: kills.filter(({ inStep }) => inStep).length,
    journalLeft: kills.filter(({ journalLeft }) => journalLeft).length,
    finished: lives.filter(({ violations }) => violations.length === 0).length,
    violations: [
      ...kills.flatMap(({ violations, when, version }) =>
        violations.map((one) => `killed ${when} at ${version}: ${one}`),
      ),
      ...lives.flatMap(({ violations }) => violations.map((one) => `at the end: ${one}`)),
    ],
  }
}
