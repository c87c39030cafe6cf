// Prints which database is selected, and all settings with `--verbose`.
import type { Invocation, Terminal } from '../command/command.js'
import { describeSettings } from './describe-settings.js'
import { loadSettings } from './load-settings.js'
import type { Settings } from './settings.js'

/** Prints the resulting settings. */
export function tellSettings(settings: Settings, terminal: Terminal): void {
  for (const line of describeSettings(settings)) terminal.detail(line)
  tellPicked(settings, terminal)
}

/**
 * The same for commands that leave the work and the settings to another process, which reports the selection: loads them only if
 * they are shown. Throws what loading them throws.
 */
export async function tellIfVerbose(invocation: Invocation): Promise<void> {
  if (invocation.flags.verbose) tellSettings(await loadSettings(invocation), invocation.terminal)
}

/** Prints which of several databases is used if none was selected explicitly. */
export function tellPicked(
  { name, others }: Pick<Settings, 'name' | 'others'>,
  { sayOnce }: Terminal,
): void {
  if (others)
    sayOnce(
      `This is the database ${name} of the configuration; \`--name\` picks another: ${others.join(', ')}.`,
    )
}
