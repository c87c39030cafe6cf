// Migrates one file with one tool in a process of its own: the main part of the program that is built for each tool.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Material, Tool } from './tool.js'

/** What the process prints at its end, in milliseconds: the time of migrating, and the time since the process started. */
export interface ToolTimes {
  readonly migrate: number
  readonly sinceStart: number
}

/**
 * Migrates by the arguments of the process: a file with the material, the database, its settings, and perhaps `wait`: then the
 * process prints `ready` once the database is open, and continues at the time, in terms of `Date.now`, that it reads from stdin.
 */
export async function serve(tool: Tool): Promise<void> {
  const [material = '', file = '', settings = '', start] = process.argv.slice(2)
  const found = JSON.parse(readFileSync(material, 'utf8')) as Material
  const session = await tool.open(file, settings, found)
  if (start === 'wait') {
    console.log('ready')
    const [moment] = (await once(process.stdin, 'data')) as [Buffer]
    process.stdin.destroy()
    while (Date.now() < Number(moment));
  }
  const begin = performance.now()
  await session.migrate()
  const sinceStart = performance.now()
  const times: ToolTimes = { migrate: sinceStart - begin, sinceStart }
  await session.close()
  console.log(JSON.stringify(times))
}
