// A process of its own that migrates one file with one tool: the end of the program that is built for each tool.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { Material, Tool } from './tool.js'

/** What the process prints when it is done, in milliseconds: its migrating alone, and all since it was started. */
export interface ToolTimes {
  readonly migrate: number
  readonly sinceStart: number
}

/**
 * Migrates as the arguments tell: a file with the material, the database, its settings, and `wait` for a process that
 * prints `ready` when the database is open, and goes on at the moment that it is sent, as `Date.now` counts.
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
