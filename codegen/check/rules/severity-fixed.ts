// The configuration changes the severity of an error whose severity is fixed.
import { projectPath } from '../../project/project-path.js'
import { fileStart } from '../../diagnostics/problem.js'
import { statedSeverities } from '../../diagnostics/severity-of.js'
import type { Rule } from '../subject/rule.js'

/** Reported at the migrations folder, because the settings may come from anywhere. */
export const severityFixed: Rule = {
  code: 'SEVERITY_FIXED',
  severity: 'warning',
  *check({ settings, fixedCodes }) {
    const at = fileStart(projectPath(settings.root, settings.migrations))
    for (const { setting, code, severity } of statedSeverities(settings)) {
      if (severity === 'error' || !fixedCodes.has(code)) continue
      yield {
        at,
        message: `The setting \`${setting}\` makes ${code} '${severity}' for ${at.file}, but it is always an error.`,
        fix: `Remove ${code} from \`${setting}\`.`,
      }
    }
  },
}
