// The static checks: runs every rule over what was read, without executing anything.
import type { Diagnostic, Reading, Severity } from '../model.js'
import type { GenerateSettings } from '../settings.js'
import { applySuppressions } from './apply-suppressions.js'
import { compareDiagnostics } from './compare-diagnostics.js'
import type { Rule, Subject } from './rule.js'
import { rules } from './rules.js'
import { subjectOf } from './subject.js'

/**
 * Everything that is wrong with the folder: the diagnostics of the reading and of all rules, with the severities of the
 * settings, without what comments switch off, ordered by file, line, column and code. Errors of discovery, of reading
 * and of numbering keep their severity whatever settings or comments say. Never throws for what is in a migration.
 */
export function check(reading: Reading, settings: GenerateSettings): Diagnostic[] {
  const subject = subjectOf(reading, settings, fixedCodes(reading))
  const found = [...reading.diagnostics, ...run('migrations', subject)]
  const weighed = weigh(found, subject)
  const { diagnostics, suppressions } = applySuppressions(weighed, subject.suppressions)
  const about = weigh(run('suppressions', { ...subject, suppressions }), subject)
  return [...diagnostics, ...about].sort(compareDiagnostics)
}

function fixedCodes({ diagnostics }: Reading): Set<string> {
  return new Set([
    ...rules.filter(({ standing }) => standing === 'fixed').map(({ code }) => code),
    ...diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code),
  ])
}

const run = (stage: Rule['stage'], subject: Subject): Diagnostic[] =>
  rules.filter((rule) => rule.stage === stage).flatMap((rule) => diagnose(rule, subject))

function diagnose(rule: Rule, subject: Subject): Diagnostic[] {
  return [...rule.check(subject)].map(({ at, message, fix, severity = rule.severity }) => ({
    code: rule.code,
    severity,
    message,
    fix,
    file: at.file,
    line: at.line,
    column: at.column,
  }))
}

function weigh(
  diagnostics: readonly Diagnostic[],
  { settings, fixedCodes }: Subject,
): Diagnostic[] {
  const severityOf = ({ code, severity }: Diagnostic): Severity | 'off' =>
    fixedCodes.has(code) ? severity : (settings.rules[code] ?? severity)
  return diagnostics.flatMap((one) => {
    const severity = severityOf(one)
    return severity === 'off' ? [] : [{ ...one, severity }]
  })
}
