// Kills each tool while it migrates, and starts it again: does the new start succeed, and has each migration run once?
import { setTimeout as pause } from 'node:timers/promises'
import { SETTINGS, withNewFile } from '../../contestants/database-file.js'
import { finalState } from '../../contestants/final-state.js'
import type { Measurement } from '../../measurement.js'
import type { Bench } from '../bench.js'
import { startTool } from './tool-child.js'
import { createWalFile, migrateWith, type Peer, type Toolbox } from './toolbox.js'

const SIZE = 100
const KILLS = 10
const GROUP = 'Killed at a random moment, then started again, WAL'

/** Counts, for each tool, the kills after which the next start ends with the right schema and rows. */
export async function measurePeersKills(bench: Bench, toolbox: Toolbox): Promise<Measurement[]> {
  const expected = await toolbox.expected(SIZE)
  const kills = bench.rounds(KILLS)
  const found: Measurement[] = []
  for (const peer of toolbox.peers.filter(({ isByHand }) => !isByHand)) {
    bench.tell(`killing ${peer.tool.name}`)
    const usual = await usualTime(bench, peer, toolbox)
    let [killed, right] = [0, 0]
    for (let left = kills * 3; left > 0 && killed < kills; left--) {
      const state = await stateAfterKill(bench, peer, toolbox, usual * Math.random())
      if (state !== undefined) killed++
      if (state === expected) right++
    }
    const line = { group: GROUP, unit: 'of', migrations: SIZE } as const
    found.push({
      ...line,
      what: `${peer.tool.name}: right after the next start`,
      value: right,
      of: killed,
    })
  }
  return found
}

/** How long a process of the tool takes from the signal to migrate to its end, in milliseconds. */
const usualTime = ({ scratch }: Bench, { installed }: Peer, toolbox: Toolbox): Promise<number> =>
  withNewFile(scratch, async (file) => {
    createWalFile(file)
    const child = await startTool(installed, [toolbox.material(SIZE).file, file, SETTINGS.wal])
    const start = performance.now()
    child.go(0)
    await child.ended
    return performance.now() - start
  })

/** The state after the next start, '' if that fails; undefined if the process ended before it could be killed. */
const stateAfterKill = (
  { scratch }: Bench,
  { tool, installed }: Peer,
  toolbox: Toolbox,
  after: number,
): Promise<string | undefined> =>
  withNewFile(scratch, async (file) => {
    createWalFile(file)
    const { material, file: materialFile } = toolbox.material(SIZE)
    const child = await startTool(installed, [materialFile, file, SETTINGS.wal])
    child.go(0)
    await pause(after)
    child.kill()
    if (!(await child.ended).wasKilled) return undefined
    try {
      await migrateWith(tool, file, SETTINGS.wal, material)
    } catch {
      return ''
    }
    return finalState(file, tool.ledger)
  })
