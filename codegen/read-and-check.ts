// The reading half of the build, which generating and linting share: discover → read → check. Writes nothing.
import { examine, type Examination } from './check/check.js'
import { discover } from './discover/discover.js'
import type { Reading } from './model/migration.js'
import { readMigrations } from './parse/read-migrations.js'
import type { LintResult } from './model/result.js'
import type { GenerateSettings } from './model/settings.js'

/** The folder as it was read, with everything that is wrong with it. */
export interface CheckedReading extends LintResult {
  readonly reading: Reading
  /** The static findings, and the way on to those that replay makes possible. */
  readonly examination: Examination
}

/** Reads the migrations folder without executing anything and applies every static rule. */
export async function readAndCheck(settings: GenerateSettings): Promise<CheckedReading> {
  const reading = readMigrations(await discover(settings.root, settings.migrations))
  const examination = examine(reading, settings)
  const { diagnostics } = examination
  return {
    ok: diagnostics.every(({ severity }) => severity !== 'error'),
    diagnostics,
    migrations: reading.migrations.length,
    head: reading.migrations.at(-1)?.version ?? 0,
    reading,
    examination,
  }
}
