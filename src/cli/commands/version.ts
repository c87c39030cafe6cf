// `lockstep version`: prints the schema version alone.
import { versionId } from '../../model/version.js'
import { type CommandRun, EXIT } from '../command/command.js'
import { readDatabase } from '../database/read-database.js'
import { tellUnmanaged } from '../render/tell-unmanaged.js'

/** Prints the highest applied version as a number; 0 if nothing is applied or there is no file. */
export const run: CommandRun = (invocation) =>
  readDatabase(invocation, 'registry', (database) => {
    tellUnmanaged(database, invocation)
    const { manager, registry } = database
    const version = manager.currentVersion()
    return {
      exitCode: EXIT.done,
      json: { version, id: versionId(version), latest: registry.length },
      text: () => [String(version)],
    }
  })
