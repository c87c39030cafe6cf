// Prepares what the rules look at, once for all of them.
import type { Reading } from '../../model/migration.js'
import type { GenerateSettings } from '../../model/settings.js'
import type { Subject } from './rule.js'
import { scriptsOf } from './scripts.js'
import { findStatements } from './sql-statements.js'
import { findSuppressions } from './suppressions.js'
import { upSteps } from './up-steps.js'

/** Codes after which nothing else in the file can be judged. */
const UNPARSED = new Set(['READ_SYNTAX', 'READ_TOO_DEEP'])

/** Collects scripts, statements and suppression comments. Files with syntax errors take no part. */
export function subjectOf(
  reading: Reading,
  settings: GenerateSettings,
  codes: Pick<Subject, 'fixedCodes' | 'ruleCodes'>,
): Subject {
  const errors = reading.diagnostics.filter(({ severity }) => severity === 'error')
  const broken = filesOf(errors.filter(({ code }) => UNPARSED.has(code)))
  const scripts = scriptsOf(reading, settings, broken)
  const migrations = reading.migrations.filter(({ file }) => !broken.has(file.file))
  const statements = findStatements(migrations, scripts)
  return {
    reading: { ...reading, migrations },
    settings,
    troubled: filesOf(errors),
    scripts,
    statements,
    upSteps: upSteps(statements),
    suppressions: findSuppressions(reading, scripts),
    replay: null,
    ...codes,
  }
}

const filesOf = (diagnostics: Reading['diagnostics']): Set<string> =>
  new Set(diagnostics.map(({ file }) => file))
