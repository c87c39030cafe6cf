// `lockstep info`: facts about the database.
import { versionId } from '../../model/version.js'
import { type CommandResult, type CommandRun, type Invocation, EXIT } from '../command/command.js'
import { describeDatabase } from '../database/describe-database.js'
import { readDatabase } from '../database/read-database.js'
import { tellUnmanaged } from '../render/tell-unmanaged.js'
import {
  lookAtEach,
  oneOrEach,
  titleOf,
  together,
  type OneOfSeveral,
} from '../histories/several-histories.js'
import { renderInfo, type Info } from '../render/info.js'
import { DescribedError } from '../terminal/describe-error.js'

/** Location, size, schema version, contents, last migration; without `--name`, for all histories of one database. */
export const run: CommandRun = (invocation) =>
  oneOrEach(
    invocation,
    () => look(invocation),
    async (all) => ofSeveral(await lookAtEach(all, look)),
  )

const look = (invocation: Invocation): Promise<Told> =>
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
    const shown = { ...info, database: database.shown }
    return {
      exitCode: EXIT.done,
      json: info,
      shown,
      text: (style) => renderInfo([{ name: null, info: shown }], style),
    }
  })

/** The information about one history, and how to print it. */
interface Told extends CommandResult {
  readonly shown: Info
}

/** The facts about the file once, with the versions of each history. */
function ofSeveral(
  found: readonly (readonly [OneOfSeveral, Told | DescribedError])[],
): CommandResult {
  const seen = found.flatMap(([one, each]) =>
    each instanceof DescribedError ? [] : [{ name: titleOf(one), info: each.shown }],
  )
  const isWhole = seen.length === found.length
  const result = together(found)
  return isWhole ? { ...result, text: (style) => renderInfo(seen, style) } : result
}
