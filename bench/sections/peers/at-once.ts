// Starts four processes of each tool on one new file at the same moment: does each succeed, and is the result correct?
import { SETTINGS, withNewFile } from '../../contestants/database-file.js'
import { finalState } from '../../contestants/final-state.js'
import type { Measurement } from '../../measurement.js'
import type { Bench } from '../bench.js'
import { startTool } from './tool-child.js'
import { createWalFile, type Peer, type Toolbox } from './toolbox.js'

const SIZE = 100
const PROCESSES = 4
const ROUNDS = 5

/** How far in the future the start is set: by then all processes have been told. */
const START_MS = 20
const GROUP = `${PROCESSES} processes start at once on one new file, WAL`

/** Counts, for each tool, the processes that succeed and the files that are correct once all have ended. */
export async function measurePeersAtOnce(bench: Bench, toolbox: Toolbox): Promise<Measurement[]> {
  const expected = await toolbox.expected(SIZE)
  const rounds = bench.rounds(ROUNDS)
  const found: Measurement[] = []
  for (const peer of toolbox.peers.filter(({ isByHand }) => !isByHand)) {
    bench.tell(`starting ${PROCESSES} processes of ${peer.tool.name} at once`)
    const line = { group: GROUP, unit: 'of', migrations: SIZE } as const
    let [succeeded, right] = [0, 0]
    for (let round = 0; round < rounds; round++) {
      const result = await startAtOnce(bench, peer, toolbox.material(SIZE).file)
      succeeded += result.succeeded
      if (result.state === expected) right++
    }
    const { name } = peer.tool
    found.push(
      {
        ...line,
        what: `${name}: processes that succeed`,
        value: succeeded,
        of: rounds * PROCESSES,
      },
      { ...line, what: `${name}: files that are right`, value: right, of: rounds },
    )
  }
  return found
}

const startAtOnce = ({ scratch }: Bench, { tool, installed }: Peer, material: string) =>
  withNewFile(scratch, async (file) => {
    createWalFile(file)
    const children = await Promise.all(
      Array.from({ length: PROCESSES }, () => startTool(installed, [material, file, SETTINGS.wal])),
    )
    const moment = Date.now() + START_MS
    for (const { go } of children) go(moment)
    const results = await Promise.all(children.map(({ ended }) => ended))
    return {
      succeeded: results.filter(({ succeeded }) => succeeded).length,
      state: finalState(file, tool.ledger),
    }
  })
