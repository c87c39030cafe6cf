// Decides whether a check believes what earlier runs remember: whoever can write there could have proven anything.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { usageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Sources } from '../settings/settings.js'

/** Whose memory is believed: that of earlier runs, or only what this run makes itself. */
export type Trust = 'earlier runs' | 'this run'

/**
 * `--cache` and `--no-cache` say it. Without them a run of continuous integration, where caches are restored that others
 * may have written, believes itself alone. Throws `USAGE_INVALID` for both flags.
 */
export function chooseMemory({ flags, environment }: Sources): Trust {
  if (flags.cache && flags.noCache) {
    const message = '--cache and --no-cache ask for the opposite of each other.'
    throw new LockstepError(usageInvalid(message, 'Leave one of them out.'))
  }
  if (flags.cache) return 'earlier runs'
  return flags.noCache || isIntegration(environment['CI']) ? 'this run' : 'earlier runs'
}

/** Whether the variable `CI` says that nobody sits there. */
export const isIntegration = (value = ''): boolean => !/^(?:|0|false)$/i.test(value.trim())

/** Does work with the memory of earlier runs, or with one that is empty at first and gone afterwards. */
export async function withMemory<T>(
  trust: Trust,
  sources: Sources,
  work: (sources: Sources) => Promise<T>,
): Promise<T> {
  if (trust === 'earlier runs') return work(sources)
  const memory = mkdtempSync(join(tmpdir(), 'lockstep-memory-'))
  try {
    return await work({ ...sources, memory })
  } finally {
    rmSync(memory, { recursive: true, force: true })
  }
}
