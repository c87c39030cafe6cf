// Applies the same history with each tool to an empty database, and checks that all of them make the same of it.
import { JOURNALS, SETTINGS, withNewFile, type Journal } from '../../contestants/database-file.js'
import { finalState } from '../../contestants/final-state.js'
import type { Measurement } from '../../measurement.js'
import { medianRatio, medianTime, sideBySideAwaited } from '../../measure/side-by-side.js'
import type { Bench } from '../bench.js'
import { BASE, migrateWith, SIZES, type Peer, type Toolbox } from './toolbox.js'

const ROUNDS: Readonly<Record<(typeof SIZES)[number], number>> = { 10: 30, 100: 15, 1000: 6 }

/** Measures all sizes in both kinds of journal. Throws where a tool ends with another schema or other rows. */
export async function measurePeersApply(bench: Bench, toolbox: Toolbox): Promise<Measurement[]> {
  const found: Measurement[] = []
  for (const [journal, words] of JOURNALS) {
    for (const size of SIZES) {
      bench.tell(`applying ${size} migrations with each tool, ${words}`)
      await checkAll(bench, toolbox, journal, size)
      const contestants = toolbox.peers.map(({ tool }) => ({
        name: tool.name,
        run: () =>
          withNewFile(bench.scratch, async (file) => {
            const { material } = toolbox.material(size)
            const session = await tool.open(file, SETTINGS[journal], material)
            const milliseconds = await bench.timeAwaited(() => session.migrate())
            await session.close()
            return milliseconds
          }),
      }))
      const times = await sideBySideAwaited(contestants, bench.rounds(ROUNDS[size]))
      const line = { group: `Fresh apply beside other tools, ${words}`, migrations: size }
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

async function checkAll(
  { scratch }: Bench,
  toolbox: Toolbox,
  journal: Journal,
  size: number,
): Promise<void> {
  const expected = await toolbox.expected(size)
  const check = async (file: string, { tool }: Peer): Promise<void> => {
    await migrateWith(tool, file, SETTINGS[journal], toolbox.material(size).material)
    if (finalState(file, tool.ledger) !== expected)
      throw new TypeError(
        `${tool.name} ends with another schema or other rows than better-sqlite3.`,
      )
  }
  for (const peer of toolbox.peers) await withNewFile(scratch, (file) => check(file, peer))
}
