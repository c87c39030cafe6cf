// Tells which database is meant, and with `--verbose` all settings.
import type { Invocation, Terminal } from '../command/command.js'
import { describeSettings } from './describe-settings.js'
import { loadSettings } from './load-settings.js'
import type { Settings } from './settings.js'

/** Tells where the settings led. */
export function tellSettings(settings: Settings, terminal: Terminal): void {
  for (const line of describeSettings(settings)) terminal.detail(line)
  tellPicked(settings, terminal)
}

/**
 * The same for commands that leave the work and the settings to another process, which says what is meant: loads them only when they
 * are shown. Throws what loading them throws.
 */
export async function tellIfVerbose(invocation: Invocation): Promise<void> {
  if (invocation.flags.verbose) tellSettings(await loadSettings(invocation), invocation.terminal)
}

/** Says which of several databases is meant, where nobody has said so. */
export function tellPicked(
  { name, others }: Pick<Settings, 'name' | 'others'>,
  { sayOnce }: Terminal,
): void {
  if (others)
    sayOnce(
      `Of the databases in the configuration this is ${name}; \`--name\` picks another: ${others.join(', ')}.`,
    )
}
