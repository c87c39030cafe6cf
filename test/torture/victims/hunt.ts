// Kills every kind of victim in both journal modes, and tells of each when it is done.
import { availableParallelism } from 'node:os'
import { randomFrom } from '../../support/random.js'
import { programOf } from '../child/program.js'
import type { JournalMode } from '../child/task.js'
import type { Scratch } from '../scratch.js'
import { killVictims, type HuntResult } from './kill-victims.js'
import { makeLibrary } from './library.js'
import { WORKS, type VictimTask } from './task.js'

/** How much is killed, and where. */
export interface Hunting {
  /** Kills of each kind in each journal mode. */
  readonly kills: number
  readonly seed: number
  /** The journal modes for the kind with this number. */
  modesOf(index: number): readonly JournalMode[]
  readonly scratch: Scratch
  readonly root: string
  tell(line: string): void
}

const MODES: readonly JournalMode[] = ['wal', 'delete']

/** Answers what was wrong. */
export async function huntEach(hunting: Hunting): Promise<string[]> {
  const { kills, seed, scratch, root, tell } = hunting
  const program = await programOf<VictimTask>(root, 'victim')
  const violations: string[] = []
  try {
    for (const mode of MODES) {
      const library = makeLibrary(scratch.folder, mode)
      // Files of migrations have no journal mode.
      const works = WORKS.filter((one, index) =>
        one === 'renumber' ? mode === 'wal' : hunting.modesOf(index).includes(mode),
      )
      for (const work of works) {
        const hunt = { program, work, library, scratch, random: randomFrom(seed) }
        const result = await killVictims(hunt, kills, availableParallelism())
        tell(renderHunt(work, mode, result))
        violations.push(...result.violations)
      }
    }
  } finally {
    program.remove()
  }
  return violations
}

/** One kind of victim in one journal mode. */
export function renderHunt(
  work: VictimTask['work'],
  mode: JournalMode,
  { kills, escaped, violations }: HuntResult,
): string {
  const place = work === 'renumber' ? 'files' : mode === 'wal' ? 'WAL' : 'rollback journal'
  return `${place}: ${kills} kills of ${work}, ${escaped} were done before, ${violations.length} violations`
}
