// `lockstep gen`: checks the migrations and writes the generated files.
import { usageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { withMemory } from '../generate/choose-memory.js'
import { type CommandResult, type CommandRun, type Invocation, EXIT } from '../command/command.js'
import { generatedText, generateEach, type Generated } from '../generate/generate-each.js'
import { describeSettings } from '../settings/describe-settings.js'
import { loadEachSettings } from '../settings/load-settings.js'
import type { Settings, Sources } from '../settings/settings.js'
import { CHECKING, generateShown, shown } from '../worker/shown.js'

/** Exits with 1 if something is wrong with the migrations, and with `--check` if a generated file is stale. */
export const run: CommandRun = async (invocation) => {
  const { check, watch, json } = invocation.flags
  if (watch && (check || json)) {
    const message = `--watch runs until it is interrupted, so it cannot be combined with ${check ? '--check' : '--json'}.`
    throw new LockstepError(usageInvalid(message, 'Leave one of them out.'))
  }
  // Trusts its cache even under CI: `check` verifies what it writes.
  const trust = invocation.flags.noCache ? 'this run' : 'earlier runs'
  return withMemory(trust, invocation, (sources) => generateAll(sources, invocation))
}

async function generateAll(sources: Sources, invocation: Invocation): Promise<CommandResult> {
  const { check, watch } = invocation.flags
  if (watch) return watchAll(sources, invocation)
  const { all, root } = await settingsIn(sources, invocation)
  const generated = check
    ? await shown(invocation, CHECKING, (terminal) => generateEach(all, 'check', terminal))
    : await generateShown(all, invocation)
  return answer(generated, root, check ? 'stdout' : 'stderr')
}

async function settingsIn(
  sources: Sources,
  { terminal, cwd }: Invocation,
): Promise<{ readonly all: readonly Settings[]; readonly root: string }> {
  const all = await loadEachSettings(sources)
  for (const line of all.flatMap(describeSettings)) terminal.detail(line)
  return { all, root: all[0]?.root ?? cwd }
}

/** With `--check` the findings are the result; otherwise they are errors. */
const answer = (
  generated: Generated,
  root: string,
  failures: 'stdout' | 'stderr',
): CommandResult => ({
  exitCode: generated.ok ? EXIT.done : EXIT.failed,
  json: generated,
  text: (style) => generatedText(generated, root, style),
  stream: generated.ok ? 'stdout' : failures,
})

async function watchAll(sources: Sources, invocation: Invocation): Promise<CommandResult> {
  const { terminal } = invocation
  const { tellRounds } = await import('../watch/tell-rounds.js')
  const { generatedPaths, sourcePlaces, tellGenerated } = await import('../watch/generate-round.js')
  const tell = tellGenerated(terminal)
  return tellRounds(invocation, async (round) => {
    const { all, root } = await settingsIn(sources, invocation)
    round.watch(await sourcePlaces(all), generatedPaths(all))
    const generated = await generateShown(all, invocation)
    if (!round.over.aborted) tell(generated, root, round.screen)
  })
}
