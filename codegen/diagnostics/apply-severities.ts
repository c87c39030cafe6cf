// Applies the configured severities to the findings of the build's own tools.
import type { Diagnostic } from '../model/diagnostic.js'
import { severityOf } from './severity-of.js'
import type { GenerateSettings } from '../model/settings.js'

/**
 * Warnings and hints get the configured severity. Errors stay errors: a generated file that is out of date, or migrations that
 * cannot be replayed.
 */
export const applySeverities = (
  diagnostics: readonly Diagnostic[],
  settings: Pick<GenerateSettings, 'rules' | 'overrides'>,
): Diagnostic[] =>
  diagnostics.flatMap((one) => {
    const severity = one.severity === 'error' ? 'error' : severityOf(one, settings)
    return severity === 'off' ? [] : [{ ...one, severity }]
  })
