// `lockstep status`: what is applied, what is pending, what is wrong.
import type { Problem, Status } from '../../model/report.js'
import {
  type CommandResult,
  type CommandRun,
  type Invocation,
  EXIT,
  type ExitCode,
} from '../command/command.js'
import { findOrigins } from '../origins/find-origins.js'
import { findBehind } from '../database/find-behind.js'
import { readDatabase } from '../database/read-database.js'
import { isCovered, lookAtEach, oneOrEach, together } from '../histories/several-histories.js'
import type { Flags } from '../command/flags.js'
import { withOrigins } from '../origins/with-origins.js'
import { tellInterrupted } from '../repair/left-of-step.js'
import { APPLY_PENDING, renderStatus, type ShownStatus } from '../render/status.js'
import { withCommands } from '../render/named-needs.js'
import type { Settings } from '../settings/settings.js'
import { DescribedError } from '../terminal/describe-error.js'
import { historyOf, withHistory } from '../render/with-history.js'

/**
 * Exits with 1 if something is wrong, and with 3 for `--check` if migrations are pending. Without `--name`, covers all histories
 * of one database.
 */
export const run: CommandRun = (invocation) =>
  oneOrEach(
    invocation,
    async () => {
      const found = await look(invocation)
      return answer(withNeeds(found, found.settings), invocation)
    },
    async (all) => {
      const found = await lookAtEach(all, look)
      const seen = found.flatMap(([, each]) => (each instanceof DescribedError ? [] : [each]))
      const latest = new Map(seen.map(({ settings, status }) => [settings.table, status.latest]))
      const shown = seen.map((one) => withoutCovered(one, latest))
      // All are migrated together, or none: then each by itself, in order of need.
      const isRefused =
        seen.length < all.length || shown.some(({ status }) => status.problems.some(isError))
      const told = (one: Found): Found =>
        isRefused
          ? withNeeds(one, { ...one.settings, name: null })
          : withNeeds(withoutCovered(one, latest), one.settings)
      return together(
        found.map(([one, each]) => [
          one,
          each instanceof DescribedError ? each : answer(told(each), one.invocation),
        ]),
        (line) => !isRefused && line.endsWith(APPLY_PENDING),
      )
    },
  )

const isError = ({ severity }: Problem): boolean => severity === 'error'

/** A database with its applied and pending migrations and problems. */
interface Found extends ShownStatus {
  readonly path: string
  readonly settings: Settings
}

const look = (invocation: Invocation): Promise<Found> =>
  readDatabase(invocation, 'registry', async (database) => {
    const { path, shown, exists, manager, settings, unregistered } = database
    const described = manager.status()
    const origins = await findOrigins(described, settings)
    const told = await tellInterrupted(described.problems, database)
    const problems = withOrigins(told, origins, described.applied)
    const applied = described.applied.map((one) => {
      const origin = origins.sightings.get(one.version)
      return origin ? { ...one, origin } : one
    })
    const behind = findBehind(database, described)
    const all = [...problems, ...behind, ...unregistered]
    const status = { ...described, applied, problems: all }
    return { path, settings, database: withHistory(shown, settings), exists, status, origins }
  })

function answer({ path, settings, ...shown }: Found, { flags }: Invocation): CommandResult {
  const { exists, status } = shown
  return {
    exitCode: exitCodeFor(status, flags),
    json: { database: path, ...historyOf(settings), exists, ...status },
    text: (style) => renderStatus(shown, style),
  }
}

/** Adds the commands that settle the needs between histories. */
function withNeeds(found: Found, known: Parameters<typeof withCommands>[1]): Found {
  const problems = found.status.problems.map((one) => withCommands(one, known))
  return { ...found, status: { ...found.status, problems } }
}

/** Drops needs that are met when all are migrated together; a version applied without its needs is still reported. */
function withoutCovered(found: Found, latest: ReadonlyMap<string, number>): Found {
  const problems = found.status.problems.filter(
    (one) =>
      one.code !== 'NEEDS_UNMET' ||
      !isError(one) ||
      !isCovered((one.facts?.['missing'] ?? []) as string[], latest),
  )
  return { ...found, status: { ...found.status, problems } }
}

function exitCodeFor({ problems, pending }: Status, { check }: Flags): ExitCode {
  if (problems.some(({ severity }) => severity === 'error')) return EXIT.failed
  return check && pending.length > 0 ? EXIT.pending : EXIT.done
}
