// `lockstep adopt`: takes over a database that another tool has migrated, or one that is recognised by its schema.
import { isLockstepError, type LockstepError } from '../../errors/lockstep-error.js'
import type { Adoption } from '../../model/adoption.js'
import type { SchemaDifference } from '../../model/verification.js'
import { versionId } from '../../model/version.js'
import { type CommandRun, type Invocation, EXIT } from '../command/command.js'
import { choose, type Choice } from '../terminal/confirm.js'
import { readDatabase, type ReadableDatabase } from '../database/read-database.js'
import { replaySchema } from '../database/replay-schema.js'
import { respelledColumns, writtenColumns } from '../database/written-columns.js'
import { adoptOrder } from '../command/edit-request.js'
import { renderAdoption, renderRespelled } from '../render/adoption.js'
import { blocks } from '../terminal/style.js'
import { count } from '../terminal/quantities.js'
import { runEditing, type Question } from '../worker/run-editing.js'

/**
 * Shows which row stands for which migration, or what the schema showed, and asks for confirmation; also asks which of several
 * versions it is.
 */
export const run: CommandRun = async (invocation) => {
  try {
    return await adopt(invocation)
  } catch (error) {
    const { flags, terminal } = invocation
    await explain(error, invocation)
    if (!isLockstepError(error, 'ADOPT_SCHEMA_AMBIGUOUS') || !terminal.interactive || flags.yes)
      throw error
    terminal.say(...terminal.style.wrap(error.message))
    const at = await choose('Which of them was applied last?', candidatesOf(error))
    const from = flags.fromTable === undefined && { from: 'schema' as const }
    return adopt({ ...invocation, flags: { ...flags, ...from, at } })
  }
}

/** Rethrows a refusal with the differences column by column, if a replay can produce the schema of its version. */
async function explain(error: unknown, invocation: Invocation): Promise<void> {
  if (!isLockstepError(error)) return
  const { version = (error.facts['nearest'] as readonly number[] | undefined)?.[0] } =
    error.facts as { readonly version?: number }
  if (error.facts['differences'] === undefined || version === undefined) return
  await readDatabase(invocation, 'registry', async ({ manager, registry, settings }) => {
    const { terminal, flags, cwd } = invocation
    const replayed = await replaySchema({ settings, registry, version, terminal, cwd })
    if ('problem' in replayed) return
    const expected = (at: number) => (at === version ? replayed.schema : undefined)
    manager.planAdopt({ ...adoptOrder(flags), expected })
  })
}

const candidatesOf = ({ facts }: LockstepError): readonly Choice[] =>
  (facts['versions'] as readonly number[]).map((version) => ({
    value: version,
    name: versionId(version),
  }))

const adopt: CommandRun = async (invocation) => {
  const options = adoptOrder(invocation.flags)
  let respelled: readonly SchemaDifference[] = []
  let latest = 0
  const edited = await runEditing(
    {
      work: 'adopt',
      plan: (manager) => manager.planAdopt(options),
      async look({ version }, database) {
        latest = database.registry.length
        respelled = await findRespelled(version, database, invocation)
        return {}
      },
      ask: (adoption, path) => questionOf(adoption, path, respelled),
    },
    invocation,
  )
  const { result, place, shown } = edited
  const dryRun = invocation.flags.dryRun === true
  return {
    exitCode: EXIT.done,
    json: { ...place, ...result, respelled, ...(dryRun && { dryRun }) },
    text: (style) =>
      blocks(edited.details(style), [
        dryRun
          ? `Nothing was written; without --dry-run, ${shown} would be adopted at ${versionId(result.version)}.`
          : `${style.bold(shown)}  adopted at ${versionId(result.version)}.${result.version < latest ? ' Apply what is pending with `lockstep migrate`.' : ''}`,
      ]),
  }
}

/** The columns whose names are spelled differently than in the migrations, as far as a replay can tell. */
async function findRespelled(
  version: number,
  { handle, registry, settings }: ReadableDatabase,
  { terminal, cwd }: Invocation,
): Promise<readonly SchemaDifference[]> {
  const replayed = await replaySchema({ settings, registry, version, terminal, cwd })
  if ('problem' in replayed) return []
  return respelledColumns(replayed.schema, replayed.columns, writtenColumns(handle))
}

function questionOf(
  adoption: Adoption,
  database: string,
  respelled: readonly SchemaDifference[],
): Question {
  const { migrations } = adoption
  const what =
    migrations.length === 0
      ? 'Create a ledger in which nothing is applied?'
      : `Record ${migrations.length === 1 ? 'this migration' : `these ${count(migrations.length, 'migration')}`} as applied?`
  return {
    details: (style) =>
      blocks(renderAdoption(adoption, database, style), renderRespelled(respelled)),
    question: `${what} None is run.`,
  }
}
