// `lockstep info`: facts about the database.
import { versionId } from '../../model/version.js'
import type { CommandRun } from '../command/command.js'
import { describeDatabase } from '../database/describe-database.js'
import { readDatabase } from '../database/read-database.js'
import { tellUnmanaged } from '../render/tell-unmanaged.js'
import { EXIT } from '../command/exit-code.js'
import { renderInfo } from '../render/info.js'

/** Location, size, schema version, contents, last migration. */
export const run: CommandRun = (invocation) =>
  readDatabase(invocation, 'registry', (database) => {
    tellUnmanaged(database, invocation)
    const { applied, state } = database.manager.status()
    const last = applied.at(-1)
    const info = {
      database: database.path,
      exists: database.exists,
      sizeBytes: database.sizeBytes,
      state,
      version: last?.version ?? 0,
      id: versionId(last?.version ?? 0),
      latest: database.registry.length,
      ...describeDatabase(database.handle, database.exists ? 'file' : 'missing'),
      lastMigration: last
        ? { version: last.version, id: last.id, name: last.name, appliedAt: last.appliedAt }
        : null,
    }
    return {
      exitCode: EXIT.done,
      json: info,
      text: (style) => renderInfo({ ...info, database: database.shown }, style),
    }
  })
