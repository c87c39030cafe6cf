// Migrates a database that is up to date with each tool, on a new handle each time, as at the start of an application.
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { SETTINGS } from '../../contestants/database-file.js'
import type { Measurement } from '../../measurement.js'
import { medianRatio, medianTime, sideBySideAwaited } from '../../measure/side-by-side.js'
import type { Bench } from '../bench.js'
import { BASE, migrateWith, SIZES, type Peer, type Toolbox } from './toolbox.js'

const GROUP = 'Up to date beside other tools, new handle, schema read'
const ROUNDS = 40

/** Measures all sizes; opening the database is not included. */
export async function measurePeersUpToDate(bench: Bench, toolbox: Toolbox): Promise<Measurement[]> {
  const found: Measurement[] = []
  for (const size of SIZES) {
    bench.tell(`asking ${size} migrations that are up to date with each tool`)
    const { material } = toolbox.material(size)
    const contestantOf = async ({ tool }: Peer) => {
      const file = join(mkdtempSync(join(bench.scratch, 'current-')), 'bench.db')
      await migrateWith(tool, file, SETTINGS.wal, material)
      const run = async (): Promise<number> => {
        const session = await tool.open(file, SETTINGS.wal, material)
        const milliseconds = await bench.timeAwaited(() => session.migrate())
        await session.close()
        return milliseconds
      }
      return { name: tool.name, run }
    }
    const contestants = await Promise.all(
      toolbox.peers.filter(({ isVariant }) => !isVariant).map(contestantOf),
    )
    const times = await sideBySideAwaited(contestants, bench.rounds(ROUNDS))
    const line = { group: GROUP, migrations: size }
    for (const { name: what } of contestants) {
      found.push(
        { ...line, what, unit: 'ratio', value: medianRatio(times, what, BASE) },
        { ...line, what, unit: 'µs', value: medianTime(times, what) * 1000 },
      )
    }
  }
  return found
}
