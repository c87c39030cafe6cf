// `lockstep gen`: checks the migrations and writes the generated files.
import { usageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import { withMemory } from '../generate/choose-memory.js'
import type { CommandResult, CommandRun, Invocation } from '../command/command.js'
import { generateRecovered } from '../generate/end-renumbering.js'
import { EXIT } from '../command/exit-code.js'
import { generatedText, generateEach, type Generated } from '../generate/generate-each.js'
import { describeSettings } from '../settings/describe-settings.js'
import { loadEachSettings } from '../settings/load-settings.js'
import type { Settings, Sources } from '../settings/settings.js'

/** Exits with 1 when something is wrong with the migrations, and with `--check` when a generated file is stale. */
export const run: CommandRun = async (invocation) => {
  const { check, watch, json } = invocation.flags
  if (watch && (check || json)) {
    const message = `--watch goes on until it is interrupted, so it does not go together with ${check ? '--check' : '--json'}.`
    throw new LockstepError(usageInvalid(message, 'Leave one of them out.'))
  }
  // Under CI as well it trusts itself: what it writes is looked at by `check`.
  const trust = invocation.flags.noCache ? 'this run' : 'earlier runs'
  return withMemory(trust, invocation, (sources) => generateAll(sources, invocation))
}

async function generateAll(sources: Sources, invocation: Invocation): Promise<CommandResult> {
  const { check, watch } = invocation.flags
  const all = await loadEachSettings(sources)
  for (const line of all.flatMap(describeSettings)) invocation.terminal.detail(line)
  const root = all[0]?.root ?? invocation.cwd
  if (watch) return watchAll(all, root, invocation)
  const generated = check
    ? await generateEach(all, 'check')
    : await generateRecovered(all, invocation.terminal)
  return answer(generated, root, check ? 'stdout' : 'stderr')
}

/** With `--check` the findings are what was asked for; else they are errors. */
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

async function watchAll(
  all: readonly Settings[],
  root: string,
  { terminal }: Invocation,
): Promise<CommandResult> {
  const { watchFolders } = await import('../generate/watch-folders.js')
  terminal.say('Watching for changes. Press Ctrl+C to stop.')
  await watchFolders([...new Set(all.map(({ migrations }) => migrations))], async (over) => {
    const generated = await generateRecovered(all, terminal)
    if (!over.aborted) terminal.say(...generatedText(generated, root, terminal.style))
  })
  return { exitCode: EXIT.interrupted, json: null, text: () => [] }
}
