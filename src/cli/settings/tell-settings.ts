// Tells the settings with `--verbose`, for commands that leave the work and the settings to another process.
import type { Invocation } from '../command/command.js'
import { describeSettings } from './describe-settings.js'
import { loadSettings } from './load-settings.js'

/** Loads them only when they are shown. Throws what loading them throws. */
export async function tellSettings(invocation: Invocation): Promise<void> {
  if (!invocation.flags.verbose) return
  for (const line of describeSettings(await loadSettings(invocation))) {
    invocation.terminal.detail(line)
  }
}
