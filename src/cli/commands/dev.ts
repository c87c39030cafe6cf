// `lockstep dev`: regenerates on every change, and brings the development database to the code.
import type { CommandRun } from '../command/command.js'
import { lookAtFile, refuseUnknownFolder } from '../database/look-at-file.js'
import { followCode } from '../dev/follow-code.js'
import { databaseOf } from '../settings/database-of.js'
import { describeSettings } from '../settings/describe-settings.js'
import { loadSettings } from '../settings/load-settings.js'
import { refuseProtected } from '../settings/refuse-protected.js'
import { generatedPaths, sourcePlaces, tellGenerated } from '../watch/generate-round.js'
import { tellRounds } from '../watch/tell-rounds.js'
import { generateShown } from '../worker/shown.js'

/** Exits with 130 when interrupted, like every watch. */
export const run: CommandRun = (invocation) => {
  const { terminal, cwd } = invocation
  const tell = tellGenerated(terminal)
  return tellRounds(invocation, async (round) => {
    const settings = await loadSettings(invocation)
    for (const line of describeSettings(settings)) terminal.detail(line)
    refuseProtected(settings, 'lockstep dev')
    const path = databaseOf(settings, cwd)
    refuseUnknownFolder(lookAtFile(path), path, invocation)
    round.watch(await sourcePlaces([settings]), [...generatedPaths([settings]), path])
    const generated = await generateShown([settings], invocation)
    if (round.over.aborted) return
    const files = generated.files.filter(({ state }) => state !== 'unchanged' || !generated.ok)
    tell({ ...generated, files }, settings.root, round.screen)
    if (generated.ok) await followCode(invocation, round.outdated)
  })
}
