// Shared by the commands that copy databases.
import type { Invocation } from '../command/command.js'
import { tellIfVerbose } from '../settings/tell-settings.js'
import type { JobResults } from './protocol.js'
import { tellOpened } from './run-migrations.js'
import { runWatched } from './run-watched.js'

/** Makes a copy in the worker. Throws what copying throws. */
export async function runCopying<W extends 'backup' | 'restore'>(
  work: W,
  invocation: Invocation,
): Promise<JobResults[W]> {
  await tellIfVerbose(invocation)
  return runWatched(work, invocation, (message, watched) => {
    if (message.type === 'opened') tellOpened(message, watched)
  })
}
