// Prepares what the rules look at, once for all of them.
import type { Reading } from '../../model/migration.js'
import type { GenerateSettings } from '../../model/settings.js'
import type { Proof } from '../../model/evidence.js'
import { codeReach } from './reached-code.js'
import { isElsewhere, replayedOf } from './align-proof.js'
import type { FoundStatement, Subject } from './rule.js'
import { scriptsOf } from './scripts.js'
import { statementFinder } from './sql-statements.js'
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
  const reachOf = codeReach(scripts)
  const finder = statementFinder({ scripts, reachOf, root: settings.root })
  return {
    reading: { ...reading, migrations },
    settings,
    troubled: filesOf(errors),
    scripts,
    finder,
    reachOf,
    ...statementsIn(migrations.flatMap((one) => finder.statementsOf(one))),
    suppressions: findSuppressions(reading, scripts),
    settled: [],
    replay: null,
    ...codes,
  }
}

/** The same with what replaying brought to light: of code, the statements that ran stand for those that could be read. */
export function withProof(subject: Subject, proof: Proof): Subject {
  const { finder, reading, settings } = subject
  // Beside other databases, a side may not have been run to its end.
  const whole = proof.versions.filter(({ facts }) => !facts.some(isElsewhere))
  const ran = new Map(whole.map((one) => [one.version, one.ran]))
  const statements = new Map(
    reading.migrations.map((one) => [one, finder.statementsOf(one, ran.get(one.version))]),
  )
  return {
    ...subject,
    ...statementsIn([...statements.values()].flat()),
    replay: replayedOf(proof, { reading, settings, statements }),
  }
}

const statementsIn = (all: readonly FoundStatement[]): Pick<Subject, 'statements' | 'upSteps'> => ({
  statements: all.filter(({ origin }) => origin !== 'toolkit'),
  upSteps: upSteps(all),
})

const filesOf = (diagnostics: Reading['diagnostics']): Set<string> =>
  new Set(diagnostics.map(({ file }) => file))
