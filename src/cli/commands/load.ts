// `lockstep load`: puts the generated schema into an empty database, as if its migrations had been applied.
import { betterSqlite3 } from '../../drivers/better-sqlite3.js'
import { perform } from '../../database/outcome.js'
import { loadIncomplete } from '../../errors/load.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { environment } from '../../run/environment/environment.js'
import { type CommandRun, type Invocation, EXIT } from '../command/command.js'
import { planDigest } from '../command/plan-digest.js'
import { readDatabase, type ReadableDatabase } from '../database/read-database.js'
import { findObstacles } from '../load/find-obstacles.js'
import { loadWork, refuseFilled } from '../load/load-schema.js'
import { planLoad, type Loading } from '../load/plan-load.js'
import { readSchemaText } from '../load/schema-text.js'
import { count } from '../terminal/quantities.js'
import { tellOpened } from '../worker/run-migrations.js'
import { runWatched } from '../worker/run-watched.js'

/** Refuses if a migrated database would have more than the schema. */
export const run: CommandRun = async (invocation) => {
  const { path, shown, loading } = await readDatabase(invocation, 'fresh', (database) =>
    plan(database, invocation),
  )
  const order = { ...invocation, confirmed: planDigest(loading) }
  const loaded = await runWatched('load', order, (message, watched) => {
    if (message.type === 'opened') tellOpened(message, watched)
  })
  const { id, versions } = loaded
  return {
    exitCode: EXIT.done,
    json: { database: path, ...loaded },
    text: (style) => [
      `${style.bold(shown)}  the schema of ${id} is loaded, and ${count(versions.length, 'migration')} recorded as applied; none was run.`,
    ],
  }
}

/** Collects every objection that can be known before anything is written. */
async function plan(
  { path, shown, exists, handle, settings, registry }: ReadableDatabase,
  { terminal, cwd }: Invocation,
): Promise<Pick<ReadableDatabase, 'path' | 'shown'> & { readonly loading: Loading }> {
  const loading = planLoad(registry)
  const schema = readSchemaText(settings, cwd)
  const { file } = schema
  perform('sync', refuseFilled(betterSqlite3(handle), settings.manager.table ?? '_migrations'))
  const { version } = loading
  const obstacles = await findObstacles({ settings, registry, version, terminal, cwd })
  if (obstacles.length > 0) throw new LockstepError(loadIncomplete(file, obstacles))
  // In memory, so that a failure creates no file; the project's own `open` may provide what the schema needs.
  if (!exists && !settings.open)
    perform(
      'sync',
      loadWork(environment(betterSqlite3(handle), registry, settings.manager), schema),
    )
  return { path, shown, loading }
}
