// Tells a person who is asked about replacing or deleting what is in a database which step may be at work in it.
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { MigrationManager } from '../../manager.js'
import { versionId } from '../../model/version.js'
import { describeRunning } from '../render/may-be-running.js'
import type { Settings } from '../settings/settings.js'
import { openForReading } from '../database/open-database.js'

/** One line a step; none where the database cannot be read, which is for the work itself to say. */
export async function stepsUnderWay(settings: Settings, path: string): Promise<readonly string[]> {
  try {
    const handle = await openForReading(settings, path)
    try {
      const { problems } = new MigrationManager(
        betterSqlite3(handle),
        [],
        settings.manager,
      ).status()
      return problems
        .filter(({ facts }) => facts?.['mayBeRunning'] === true)
        .map(({ facts }) =>
          describeRunning(versionId(Number(facts!['version'])), String(facts!['name'])),
        )
    } finally {
      handle.close()
    }
  } catch {
    return []
  }
}
