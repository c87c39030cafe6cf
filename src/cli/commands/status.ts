// `lockstep status`: what is applied, what is pending, what is wrong.
import type { Status } from '../../model/report.js'
import type { CommandResult, CommandRun, Invocation } from '../command/command.js'
import { findOrigins } from '../origins/find-origins.js'
import { findBehind } from '../database/find-behind.js'
import { readDatabase } from '../database/read-database.js'
import { EXIT, type ExitCode } from '../command/exit-code.js'
import { isCovered, named, oneOrEach, type OneOfSeveral } from '../histories/several-histories.js'
import { blocks } from '../terminal/blocks.js'
import type { Flags } from '../command/flags.js'
import { withOrigins } from '../origins/with-origins.js'
import { tellInterrupted } from '../repair/left-of-step.js'
import { APPLY_PENDING, renderStatus, type ShownStatus } from '../render/status.js'
import { withCommands } from '../render/named-needs.js'
import { DescribedError, describeError, type ErrorDescription } from '../terminal/describe-error.js'
import { renderFailure } from '../terminal/failure.js'
import { historyOf, withHistory } from '../render/with-history.js'

/**
 * Exits with 1 when something is wrong, and with 3 when asked to by `--check` and migrations are pending. Without `--name`, of all
 * histories of one database.
 */
export const run: CommandRun = (invocation) =>
  oneOrEach(
    invocation,
    async () => answer(await look(invocation), invocation),
    async (all) => {
      const found: (readonly [OneOfSeveral, Found | DescribedError])[] = []
      for (const one of all) found.push([one, await named(one, look).catch(described)])
      const [first, ...others] = found.map(([, each]) => each)
      if (first instanceof DescribedError && others.every((one) => one instanceof DescribedError))
        throw first
      const latest = new Map(
        found.flatMap(([, each]) =>
          each instanceof DescribedError ? [] : [[each.table, each.status.latest] as const],
        ),
      )
      return together(
        found.map(([one, each]) => [
          one,
          each instanceof DescribedError
            ? unseen(each.description)
            : answer(withoutCovered(each, latest, one.invocation), one.invocation),
        ]),
      )
    },
  )

/** A database with what is applied, pending and wrong. */
interface Found extends ShownStatus {
  readonly path: string
  readonly table: string
  readonly history: ReturnType<typeof historyOf>
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
    const all = [...problems, ...behind, ...unregistered].map((one) => withCommands(one, settings))
    const status = { ...described, applied, problems: all }
    const history = historyOf(settings)
    const { table } = settings
    return { path, table, history, database: withHistory(shown, settings), exists, status, origins }
  })

function answer({ path, history, ...shown }: Found, { flags }: Invocation): CommandResult {
  const { exists, status } = shown
  return {
    exitCode: exitCodeFor(status, flags),
    json: { database: path, ...history, exists, ...status },
    text: (style) => renderStatus(shown, style),
  }
}

/** What keeps one of several from being looked at. */
const described = (error: unknown): DescribedError => new DescribedError(describeError(error))

/** Of such a one; the others are shown all the same. */
const unseen = (error: ErrorDescription): CommandResult => ({
  exitCode: EXIT.failed,
  json: { error: { code: error.code, message: error.message, fix: error.fix } },
  text: (style) => renderFailure(error, style, 'brief'),
})

/** What is applied together needs nothing to be done before. */
function withoutCovered(
  found: Found,
  latest: ReadonlyMap<string, number>,
  { terminal, flags }: Invocation,
): Found {
  const carry = terminal.carry(flags)
  const problems = found.status.problems.filter(
    ({ code, facts }) =>
      code !== 'NEEDS_UNMET' || !isCovered((facts?.['missing'] ?? []) as string[], latest),
  )
  const carried = problems.map((one) => ({
    ...one,
    message: carry(one.message),
    fix: carry(one.fix),
  }))
  return { ...found, status: { ...found.status, problems: carried } }
}

/** Commands are about the one history, but for the one that applies what is pending, which does so for all. */
const carried = ({ flags, terminal }: Invocation): ((line: string) => string) => {
  const carry = terminal.carry(flags)
  return (line) => (line.endsWith(APPLY_PENDING) ? line : carry(line))
}

/** All that is said, with the worst exit code. */
function together(all: readonly (readonly [OneOfSeveral, CommandResult])[]): CommandResult {
  const codes = new Set(all.map(([, { exitCode }]) => exitCode))
  const exitCode = [EXIT.failed, EXIT.pending].find((code) => codes.has(code)) ?? EXIT.done
  return {
    exitCode,
    json: { histories: Object.fromEntries(all.map(([{ name }, { json }]) => [name, json])) },
    text: (style) =>
      blocks(...all.map(([{ invocation }, { text }]) => text(style).map(carried(invocation)))),
  }
}

function exitCodeFor({ problems, pending }: Status, { check }: Flags): ExitCode {
  if (problems.some(({ severity }) => severity === 'error')) return EXIT.failed
  return check && pending.length > 0 ? EXIT.pending : EXIT.done
}
