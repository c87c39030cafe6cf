// Lets the settings decide about what the tools of the build have to say.
import type { Diagnostic } from '../model/diagnostic.js'
import { severityOf } from './severity-of.js'
import type { GenerateSettings } from '../model/settings.js'

/**
 * Warnings and hints get the severity of the settings. Errors stay errors: a generated file that is not as it should be,
 * or migrations that cannot be replayed.
 */
export const applySeverities = (
  diagnostics: readonly Diagnostic[],
  settings: Pick<GenerateSettings, 'rules' | 'overrides'>,
): Diagnostic[] =>
  diagnostics.flatMap((one) => {
    const severity = one.severity === 'error' ? 'error' : severityOf(one, settings)
    return severity === 'off' ? [] : [{ ...one, severity }]
  })
