// Starts each tool in a new process: as installed, and in a bundle with the application.
import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { SETTINGS } from '../../contestants/database-file.js'
import type { ToolTimes } from '../../contestants/tool-process.js'
import type { Measurement } from '../../measurement.js'
import { medianAbove, medianTime, sideBySide, type Contestant } from '../../measure/side-by-side.js'
import type { Bench } from '../bench.js'
import { BASE, migrateWith, type Peer, type Toolbox } from './toolbox.js'

const SIZE = 10
const ROUNDS = 12

const FRESH = 'Fresh process beside other tools, imports done, empty database, WAL'
const PACKAGE = 'Start beside other tools, installed packages, up to date'
const BUNDLE = 'Start beside other tools, one minified bundle, up to date'

/** Measures 10 migrations. A tool that does not run in a bundle is missing from that table. */
export async function measurePeersCold(bench: Bench, toolbox: Toolbox): Promise<Measurement[]> {
  bench.tell('starting processes with each tool')
  const contestants: Contestant[] = []
  for (const peer of toolbox.peers.filter(({ isVariant }) => !isVariant))
    contestants.push(...(await contestantsOf(bench, toolbox, peer)))
  const times = sideBySide(contestants, bench.rounds(ROUNDS))
  return [FRESH, PACKAGE, BUNDLE].flatMap((group) =>
    contestants
      .filter(({ name }) => name.startsWith(group))
      .flatMap(({ name }): Measurement[] => {
        const line = { group, unit: 'ms', migrations: SIZE } as const
        const [what, base] = [name.slice(group.length + 2), nameOf(group, BASE)]
        const value = medianTime(times, name)
        const time: Measurement = { ...line, what: `${what}: time`, value }
        if (what === BASE) return [time]
        const above = medianAbove(times, name, base)
        return [time, { ...line, what: `${what}: above ${BASE}`, value: above }]
      }),
  )
}

const nameOf = (group: string, tool: string): string => `${group}: ${tool}`

async function contestantsOf(
  { scratch }: Bench,
  toolbox: Toolbox,
  { tool, installed, bundle }: Peer,
): Promise<Contestant[]> {
  const { material, file: materialFile } = toolbox.material(SIZE)
  const newFile = (): string => join(mkdtempSync(join(scratch, 'start-')), 'bench.db')
  const current = newFile()
  await migrateWith(tool, current, SETTINGS.wal, material)
  const run = (program: string, file: string): ToolTimes => {
    const args = [program, materialFile, file, SETTINGS.wal]
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    if (status !== 0) throw new TypeError(`${tool.name}: ${stderr}`)
    return JSON.parse(stdout) as ToolTimes
  }
  const found = [
    { name: nameOf(FRESH, tool.name), run: () => run(installed, newFile()).migrate },
    { name: nameOf(PACKAGE, tool.name), run: () => run(installed, current).sinceStart },
    { name: nameOf(BUNDLE, tool.name), run: () => run(bundle, current).sinceStart },
  ]
  try {
    run(bundle, current)
    return found
  } catch {
    return found.slice(0, 2)
  }
}
