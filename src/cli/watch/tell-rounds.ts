// Presents the rounds of a watch: each on a cleared screen with the time; an error in a round does not end the watch.
import { existsSync } from 'node:fs'
import { isLockstepError } from '../../errors/lockstep-error.js'
import { type CommandResult, type Invocation, EXIT } from '../command/command.js'
import { explainNeeds } from '../origins/explain-needs.js'
import { explainOrigins } from '../origins/explain-origins.js'
import { describeError } from '../terminal/describe-error.js'
import { displayPath } from '../terminal/display-path.js'
import { renderFailure } from '../terminal/failure.js'
import { watchRounds, type Round } from './watch-rounds.js'

/** Whether the output before a round is out of sight or still visible. */
export type Screen = 'cleared' | 'kept'

/** Runs until a signal comes. Throws only what prevents the first round from watching anything. */
export async function tellRounds(
  invocation: Invocation,
  work: (round: Round & { readonly screen: Screen }) => Promise<void>,
): Promise<CommandResult> {
  let isWatching = false
  await watchRounds(async (round) => {
    const watch: Round['watch'] = (...places) => {
      round.watch(...places)
      if (!isWatching) say(invocation, 'Watching for changes. Press Ctrl+C to stop.')
      isWatching = true
    }
    const screen = isWatching && invocation.terminal.clear() ? 'cleared' : 'kept'
    if (isWatching) say(invocation, describeChanges(round, invocation.cwd))
    try {
      await work({ ...round, watch, screen })
    } catch (error) {
      if (!isWatching) throw error
      await tellFailure(error, round, invocation)
    }
  })
  return { exitCode: EXIT.interrupted, json: null, text: () => [] }
}

function say({ terminal }: Invocation, line: string): void {
  terminal.say(
    ...terminal.style.wrap(`${terminal.style.dim(new Date().toTimeString().slice(0, 8))}  ${line}`),
  )
}

/** Temporary files of some editors are not worth mentioning, unless they are all that changed. */
function describeChanges({ changes, gone }: Round, cwd: string): string {
  const present = changes.filter((path) => existsSync(path))
  const left = present.length > 0 ? gone : changes
  const parts = [
    ...(present.length > 0 ? [`Changed: ${listOf(present, cwd)}`] : []),
    ...(left.length > 0 ? [`Gone: ${listOf(left, cwd)}`] : []),
  ]
  return parts.join('; ')
}

function listOf(paths: readonly string[], cwd: string): string {
  const names = paths.slice(0, 3).map((path) => displayPath(path, cwd))
  const more = paths.length - names.length
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Errors to report if a signal has ended the work half way. */
const ENDED = new Set(['RUN_ABORTED', 'RUN_KILLED'])

async function tellFailure(error: unknown, round: Round, invocation: Invocation): Promise<void> {
  const { terminal, flags } = invocation
  // A question was answered with Ctrl+C.
  if (isLockstepError(error, 'COMMAND_INTERRUPTED')) return round.end()
  if (round.over.aborted && !(isLockstepError(error) && ENDED.has(error.code))) return
  // The next round will check again.
  if (round.outdated.aborted && isLockstepError(error, 'REGISTRY_STALE')) return
  const known = await explainNeeds(await explainOrigins(error, invocation), invocation, 'one')
  const described = describeError(known)
  terminal.complain(...renderFailure(described, terminal.style, flags.verbose ? 'full' : 'brief'))
}
