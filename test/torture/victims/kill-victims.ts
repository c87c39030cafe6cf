// Kills processes that copy, restore, adopt, redo and renumber at any moment of their work, lets the next one end it, and judges.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../../support/random.js'
import type { Program } from '../child/program.js'
import { inLanes } from '../in-lanes.js'
import type { Scratch } from '../scratch.js'
import type { Library } from './library.js'
import { makeScene } from './scenes.js'
import type { VictimTask } from './task.js'

/** What is needed to kill one kind of victim. */
export interface Hunt {
  readonly program: Program<VictimTask>
  readonly work: VictimTask['work']
  readonly library: Library
  readonly random: Random
  readonly scratch: Scratch
}

/** What was killed and what was found. */
export interface HuntResult {
  readonly kills: number
  /** How many processes were done before they were killed. */
  readonly escaped: number
  readonly violations: readonly string[]
}

/** One scene is killed at most so often, so that kills meet what earlier ones have left. */
const KILLS_A_SCENE = 3

/** Kills at least `kills` times, so many processes at once as there are lanes. */
export async function killVictims(hunt: Hunt, kills: number, lanes: number): Promise<HuntResult> {
  const span = await spanOf(hunt)
  const results: HuntResult[] = []
  const done = (): number => results.reduce((sum, result) => sum + result.kills, 0)
  // What is nearly always done before it is killed would go on for ever.
  for (let round = 0; done() < kills && round < 20; round++) {
    const scenes = Math.ceil((kills - done()) / KILLS_A_SCENE)
    results.push(...(await inLanes(lanes, scenes, () => hunted(hunt, span))))
  }
  return {
    kills: done(),
    escaped: results.reduce((sum, { escaped }) => sum + escaped, 0),
    violations: results.flatMap(({ violations }) => violations),
  }
}

async function inScene<T>(
  { work, library, scratch }: Hunt,
  act: (scene: ReturnType<typeof makeScene>) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(scratch.folder, `${work}-`))
  try {
    return await act(makeScene(work, folder, library))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** How long the work takes from its beginning to its end, in milliseconds. */
const spanOf = (hunt: Hunt): Promise<number> =>
  inScene(hunt, async ({ task }) => {
    let begun = 0
    let ended = 0
    await hunt.program.start(task, ({ is }) => {
      if (is === 'opened') begun = performance.now()
      else ended = performance.now()
    }).ended
    return Math.max(1, ended - begun)
  })

const hunted = (hunt: Hunt, span: number): Promise<HuntResult> =>
  inScene(hunt, async (scene) => {
    const found: string[] = []
    let [kills, escaped] = [0, false]
    while (kills < KILLS_A_SCENE && !escaped) {
      const { code, stderr } = await killed(hunt, scene.task, hunt.random() * span)
      escaped = code !== null
      if (!escaped) kills += 1
      if (!isRight(hunt, code ?? 0, stderr)) found.push(`failed by itself: ${stderr}`)
      found.push(...scene.judge('killed').map((one) => `killed: ${one}`))
    }
    const { code, stderr } = await hunt.program.start(scene.task).ended
    if (!isRight(hunt, code, stderr)) found.push(`the next run failed: ${stderr}`)
    found.push(...scene.judge('end').map((one) => `at the end: ${one}`))
    const violations = found.map((one) => `${hunt.work}, ${one}`)
    return { kills, escaped: Number(escaped), violations }
  })

/** What a process had done in its last moment cannot be done again, which is refused. */
const isRight = ({ work }: Hunt, code: number | null, stderr: string): boolean =>
  code === 0 ||
  (work === 'backup' && stderr.includes('BACKUP_EXISTS')) ||
  (work === 'adopt' && stderr.includes('ADOPT_MANAGED'))

function killed({ program }: Hunt, task: VictimTask, afterMs: number) {
  return program.start(task, ({ is }, victim) => {
    if (is === 'opened') setTimeout(() => victim.kill(), afterMs)
  }).ended
}
