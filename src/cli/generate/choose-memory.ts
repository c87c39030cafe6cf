// Decides whether a check trusts the cache of earlier runs: whoever can write there could have proven anything.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { usageInvalid } from '../../errors/command-line.js'
import { LockstepError } from '../../errors/lockstep-error.js'
import type { Sources } from '../settings/settings.js'

/** Whose cache is trusted: that of earlier runs, or only this run's own. */
export type Trust = 'earlier runs' | 'this run'

/**
 * Set by `--cache` and `--no-cache`. By default a run in continuous integration, where restored caches may have been written by
 * others, trusts only itself. Throws `USAGE_INVALID` for both flags.
 */
export function chooseMemory({ flags, environment }: Sources): Trust {
  if (flags.cache && flags.noCache) {
    const message = '--cache and --no-cache contradict each other.'
    throw new LockstepError(usageInvalid(message, 'Leave one of them out.'))
  }
  if (flags.cache) return 'earlier runs'
  return flags.noCache || isIntegration(environment['CI']) ? 'this run' : 'earlier runs'
}

/** Whether the variable `CI` says that the run is automated. */
export const isIntegration = (value = ''): boolean => !/^(?:|0|false)$/i.test(value.trim())

/** Runs work with the cache of earlier runs, or with an empty one that is removed afterwards. */
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
