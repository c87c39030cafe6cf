// Finds what stands at the end of a history and is not written yet, so that an empty draft stops nothing but itself.
import { isEmptySide } from './check/subject/step-content.js'
import type { Diagnostic } from './model/diagnostic.js'
import type { ParsedMigration, Reading } from './model/migration.js'
import type { GenerateSettings } from './model/settings.js'
import { versionsOnDisk } from './write/released-checksums.js'

/**
 * A warning for each draft: for migrations at the end with an empty `up` that the findings call an error, and that no
 * registry has had. None where drafts are refused. `find` answers the findings, and is called only where it matters.
 */
export function findDrafts(
  { migrations }: Pick<Reading, 'migrations'>,
  find: () => readonly Diagnostic[],
  settings: GenerateSettings,
): Diagnostic[] {
  const last = migrations.at(-1)?.up
  if (settings.drafts !== 'left out' || !last || !isEmptySide(last)) return []
  const findings = new Map(
    find()
      .filter(isEmptiness)
      .map((one) => [keyOf(one), [one]]),
  )
  const fixed = Math.max(settings.released ?? 0, ...versionsOnDisk(settings))
  const findingOf = ({ version, up }: ParsedMigration): Diagnostic[] =>
    (up && version > fixed && findings.get(keyOf(up.position))) || []
  return migrations
    .slice(migrations.findLastIndex((one) => findingOf(one).length === 0) + 1)
    .flatMap((one) => findingOf(one).map(asDraft))
}

/** Comments and settings can say that an empty step is meant; then it is no error, and no draft. */
const isEmptiness = ({ code, severity }: Diagnostic): boolean =>
  code === 'MIGRATION_EMPTY' && severity === 'error'

const keyOf = ({ file, line, column }: Pick<Diagnostic, 'file' | 'line' | 'column'>): string =>
  `${file}:${line}:${column}`

const asDraft = (found: Diagnostic): Diagnostic => ({
  ...found,
  severity: 'warning',
  message: `${found.message} It is left out for now: what stands before it is generated and applied as if it were not there.`,
})
