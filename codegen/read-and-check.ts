// The reading half of the build, which generating and linting share: discover → read → check. Writes nothing.
import { check } from './check/check.js'
import { discover } from './discover/discover.js'
import type { Reading } from './model.js'
import { readMigrations } from './parse/read-migrations.js'
import type { LintResult } from './result.js'
import type { GenerateSettings } from './settings.js'

/** The folder as it was read, with everything that is wrong with it. */
export interface CheckedReading extends LintResult {
  readonly reading: Reading
}

/** Reads the migrations folder without executing anything and applies every static rule. */
export async function readAndCheck(settings: GenerateSettings): Promise<CheckedReading> {
  const reading = readMigrations(await discover(settings.root, settings.migrations))
  const diagnostics = check(reading, settings)
  return {
    ok: diagnostics.every(({ severity }) => severity !== 'error'),
    diagnostics,
    migrations: reading.migrations.length,
    head: reading.migrations.at(-1)?.version ?? 0,
    reading,
  }
}
