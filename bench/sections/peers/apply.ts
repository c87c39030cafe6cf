// Applies the same history with each tool to an empty database, and checks that all of them have the same result.
import { JOURNALS, SETTINGS, withNewFile, type Journal } from '../../contestants/database-file.js'
import { finalState } from '../../contestants/final-state.js'
import type { Material } from '../../contestants/tool.js'
import type { Measurement } from '../../measurement.js'
import { medianRatio, medianTime, sideBySideAwaited } from '../../measure/side-by-side.js'
import type { Bench } from '../bench.js'
import { BASE, migrateWith, SIZES, type Peer, type Toolbox } from './toolbox.js'

/** Rounds by size. Many commits with a rollback journal measure the disk, so 1,000 of them are left out. */
const ROUNDS: Readonly<Record<Journal, readonly (readonly [size: number, rounds: number])[]>> = {
  wal: [
    [10, 20],
    [100, 12],
    [1000, 6],
  ],
  rollback: [
    [10, 10],
    [100, 5],
  ],
}

/** Measures all sizes in both kinds of journal. Throws if a tool ends with another schema or other rows. */
export async function measurePeersApply(bench: Bench, toolbox: Toolbox): Promise<Measurement[]> {
  const found: Measurement[] = []
  for (const size of SIZES) await checkAll(bench, toolbox, size)
  for (const [journal, words] of JOURNALS) {
    for (const [migrations, rounds] of ROUNDS[journal]) {
      bench.tell(`applying ${migrations} migrations with each tool, ${words}`)
      const contestants = toolbox.peers.map((peer) => ({
        name: peer.tool.name,
        run: () => applyOnce(bench, peer, SETTINGS[journal], toolbox.material(migrations).material),
      }))
      const times = await sideBySideAwaited(contestants, bench.rounds(rounds))
      const line = { group: `Fresh apply beside other tools, ${words}`, migrations }
      for (const { name: what } of contestants) {
        found.push(
          { ...line, what, unit: 'ratio', value: medianRatio(times, what, BASE) },
          { ...line, what, unit: 'ms', value: medianTime(times, what) },
        )
      }
    }
  }
  return found
}

const applyOnce = (
  { scratch, timeAwaited }: Bench,
  { tool }: Peer,
  settings: string,
  material: Material,
): Promise<number> =>
  withNewFile(scratch, async (file) => {
    const session = await tool.open(file, settings, material)
    const milliseconds = await timeAwaited(() => session.migrate())
    await session.close()
    return milliseconds
  })

async function checkAll({ scratch, tell }: Bench, toolbox: Toolbox, size: number): Promise<void> {
  tell(`checking that all tools make the same of ${size} migrations`)
  const expected = await toolbox.expected(size)
  for (const { tool } of toolbox.peers) {
    await withNewFile(scratch, async (file) => {
      await migrateWith(tool, file, SETTINGS.wal, toolbox.material(size).material)
      if (finalState(file, tool.ledger) === expected) return
      throw new TypeError(`${tool.name} ends with another schema or other rows than by hand.`)
    })
  }
}
