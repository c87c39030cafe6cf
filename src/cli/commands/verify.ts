// `lockstep verify`: checks that the database matches the ledger and the code, and is sound.
import { databaseCannotOpen } from '../../errors/database.js'
import { problemOf } from '../../errors/lockstep-error.js'
import type { Problem } from '../../model/report.js'
import { versionId } from '../../model/version.js'
import type { SchemaDifference, Verification } from '../../model/verification.js'
import { diffDigests, historyUpTo } from '../../schema/schema-digest.js'
import type { VerifyOptions } from '../../run/verify.js'
import type { Schema } from '../../schema/schema.js'
import { type CommandResult, type CommandRun, type Invocation, EXIT } from '../command/command.js'
import { lookAtEach, oneOrEach, together } from '../histories/several-histories.js'
import { findOrigins } from '../origins/find-origins.js'
import { readDatabase, type ReadableDatabase } from '../database/read-database.js'
import { askIndexes } from '../database/ask-indexes.js'
import { replaySchema } from '../database/replay-schema.js'
import { withProblems } from '../database/with-problems.js'
import { respelledColumns, writtenColumns } from '../database/written-columns.js'
import { withOrigins } from '../origins/with-origins.js'
import { tellInterrupted } from '../repair/left-of-step.js'
import { withCommands } from '../render/named-needs.js'
import { historyOf, withHistory } from '../render/with-history.js'
import { renderVerification } from '../render/verification.js'

/**
 * Exits with 1 if something is wrong, including a missing file. Works on databases in every state, and writes to none. Without
 * `--name`, covers all histories of one database.
 */
export const run: CommandRun = (invocation) =>
  oneOrEach(
    invocation,
    () => verifyOne(invocation),
    async (all) => {
      const files: FilesSeen = new Map()
      return together(await lookAtEach(all, (own) => verifyOne(own, files)))
    },
  )

/** Problems of files that have already been checked, for whichever history. */
type FilesSeen = Map<string, readonly Problem[]>

const verifyOne = (invocation: Invocation, files: FilesSeen = new Map()): Promise<CommandResult> =>
  readDatabase(invocation, 'registry', async (database) => {
    const { path, shown, exists, manager, settings, handle } = database
    const found = await askIndexes(database, await verifyOnce(database, invocation, files))
    const { applied } = manager.status()
    const origins = await findOrigins({ ...found, applied }, settings)
    const told = await tellInterrupted(found.problems, database)
    const problems = withOrigins(told, origins, applied).map((one) => withCommands(one, settings))
    const foreign = found.foreign.filter((object) => !leftIn(told).includes(object))
    const verification = withProblems(
      { ...found, problems, foreign },
      exists ? [] : [missing(shown)],
    )
    const attached = attachedTo(handle)
    return {
      exitCode: verification.ok ? EXIT.done : EXIT.failed,
      json: {
        database: path,
        ...historyOf(settings),
        exists,
        id: versionId(verification.version),
        ...verification,
      },
      text: (style) =>
        renderVerification(
          { database: withHistory(shown, settings), exists, verification, attached },
          style,
        ),
    }
  })

/** What interrupted steps have left, including steps that the code no longer has. */
const leftIn = (problems: readonly Problem[]): unknown[] =>
  problems.flatMap(({ facts }) => facts?.['there'] ?? [])

/** The project's own `open` may attach others. */
const attachedTo = (handle: ReadableDatabase['handle']): string[] =>
  handle
    .prepare('PRAGMA database_list')
    .all()
    .map((row) => String((row as { name: unknown }).name))
    .filter((name) => !/^(main|temp)$/.test(name))

/** Nothing was verified: a mistyped path must not pass for a sound database. */
const missing = (shown: string): Problem =>
  problemOf(databaseCannotOpen(`${shown} does not exist`), 'error')

/** Whether the replayed code differs from the code behind the digests of the registry, which has not been generated since. */
function isEdited(
  { registry, unregistered }: ReadableDatabase,
  version: number,
  schema: Schema,
): boolean {
  const history = historyUpTo(registry, version)
  const isStale = unregistered.some(({ code }) => code === 'REGISTRY_STALE')
  return isStale && history !== undefined && diffDigests(history, schema).length > 0
}

/** Checks a file once per set of relevant tables. */
async function verifyOnce(
  database: ReadableDatabase,
  invocation: Invocation,
  files: FilesSeen,
): Promise<Verification> {
  const { path, settings } = database
  const file = JSON.stringify([path, settings.manager.ignoreTables])
  const known = files.get(file)
  const found = await verify(database, invocation, { integrity: known ? 'none' : 'full' })
  if (known) return withProblems(found, known)
  const problems = found.problems.filter(({ code }) => /^(?:INTEGRITY|FOREIGN_KEY)_/.test(code))
  files.set(file, problems)
  return found
}

async function verify(
  database: ReadableDatabase,
  { terminal, cwd }: Invocation,
  depth: Pick<VerifyOptions, 'integrity'>,
): Promise<Verification> {
  const { handle, manager, registry, settings, unregistered } = database
  const { state, version, latest } = manager.status()
  const isPartial = unregistered.some(({ code }) => code === 'REGISTRY_FILE_MISSING')
  if (state === 'unmanaged' || version > latest || isPartial)
    return withProblems(manager.verify(depth), unregistered)
  const replayed = await replaySchema({ settings, registry, version, terminal, cwd })
  if ('problem' in replayed)
    return withProblems(manager.verify(depth), [replayed.problem, ...unregistered])
  if (isEdited(database, version, replayed.schema))
    return withProblems(manager.verify(depth), unregistered)
  const expected = (at: number) => (at === version ? replayed.schema : undefined)
  const found = withProblems(manager.verify({ ...depth, expected }), unregistered)
  return withDifferences(
    found,
    respelledColumns(replayed.schema, replayed.columns, writtenColumns(handle)),
  )
}

/** Includes those of views; for an object that differs anyway, its differences are shown. */
function withDifferences(
  found: Verification,
  respelled: readonly SchemaDifference[],
): Verification {
  const told = new Set(found.differences.map(({ object }) => object))
  const more = respelled.filter(({ object }) => !told.has(object))
  return { ...found, differences: [...found.differences, ...more] }
}
