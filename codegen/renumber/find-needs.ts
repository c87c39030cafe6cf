// Finds where other histories need a version that is renumbered. Writes nothing.
import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { isLockstepError } from '../../src/errors/lockstep-error.js'
import { versionId } from '../../src/model/version.js'
import { readBase } from '../base-branch/read-base.js'
import type { GenerateSettings } from '../model/settings.js'
import { withAliases } from '../bundle/resolve-aliases.js'
import { discover } from '../discover/discover.js'
import { readMigrations } from '../parse/read-migrations.js'
import type { Mention } from './find-mentions.js'
import type { Renumbering } from './plan-renumber.js'

/**
 * The needs in the other histories of the configuration, without those that the base branch has: they refer to the version with
 * that number there.
 */
export async function findNeeds(
  settings: GenerateSettings,
  renumberings: readonly Renumbering[],
  ref: string | undefined,
): Promise<Mention[]> {
  const numbers = numbersOf(renumberings)
  const { histories = {} } = settings
  const places = Object.entries(histories)
  const own = new Set(
    places.flatMap(([name, one]) => (one.migrations === settings.migrations ? [name] : [])),
  )
  const folders = new Set(places.map(([, { migrations }]) => migrations))
  const mentions: Mention[] = []
  for (const migrations of numbers.size === 0 ? [] : folders) {
    if (migrations === settings.migrations || !existsSync(migrations)) continue
    const known = await namesInBase({ ...settings, migrations }, ref)
    const discovery = await withAliases(await discover(settings.root, migrations), migrations)
    const reading = readMigrations(discovery)
    for (const { value, position } of reading.migrations.flatMap(({ needs = [] }) => needs)) {
      const becomes = numbers.get(value.version)
      if (becomes === undefined || !own.has(value.history)) continue
      if (known.has(posix.basename(position.file))) continue
      const { file, line } = position
      const need = (version: number): string => `${value.history}:${versionId(version)}`
      mentions.push({ file, line, written: need(value.version), becomes: need(becomes) })
    }
  }
  return mentions
}

const numbersOf = (renumberings: readonly Renumbering[]): Map<number, number> =>
  new Map(
    renumberings.flatMap(({ unit, becomes }) =>
      Array.from(
        { length: unit.to - unit.from + 1 },
        (_, at) => [unit.from + at, becomes + at] as const,
      ),
    ),
  )

/** The files of a folder on the base branch; none if it is not in the repository. */
async function namesInBase(
  settings: GenerateSettings,
  ref: string | undefined,
): Promise<ReadonlySet<string>> {
  if (ref === undefined) return new Set()
  try {
    const { now } = await readBase(settings, ref)
    return new Set(now.discovery.files.map(({ file }) => posix.basename(file)))
  } catch (error) {
    if (!isLockstepError(error)) throw error
    return new Set()
  }
}
