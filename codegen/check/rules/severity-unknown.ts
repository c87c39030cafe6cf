// The configuration sets the severity of an unknown code.
import { closest, distance } from 'fastest-levenshtein'
import { projectPath } from '../../project/project-path.js'
import { fileStart } from '../../diagnostics/problem.js'
import { statedSeverities } from '../../diagnostics/severity-of.js'
import type { Rule } from '../subject/rule.js'

/** Reported at the migrations folder, because the settings may come from anywhere. */
export const severityUnknown: Rule = {
  code: 'SEVERITY_UNKNOWN',
  severity: 'warning',
  *check({ settings, ruleCodes }) {
    const at = fileStart(projectPath(settings.root, settings.migrations))
    for (const { setting, code } of statedSeverities(settings)) {
      if (ruleCodes.includes(code)) continue
      const near = closest(code.toUpperCase(), ruleCodes)
      const isNear = distance(code.toUpperCase(), near) <= 2
      if (!isNear && OTHERS.test(code)) continue
      yield {
        at,
        message: `The setting \`${setting}\` gives a severity to ${code} for ${at.file}, but there is no such code${isNear ? `, only ${near}` : ''}.`,
        fix: isNear ? `Write ${near} in \`${setting}\`.` : `Remove ${code} from \`${setting}\`.`,
      }
    }
  },
}

/**
 * The codes that belong to no rule: declared changes, other histories, discovery, reading, generating, replaying and comparing
 * with a branch.
 */
const OTHERS =
  /^(?:ALTER|BASE|FILE|FOLDER|FORMATTER|GENERATED|HISTORIES|NAME|NEEDS|PAIR|READ|RELEASED|RENUMBER|REPLAY|SQL|TSCONFIG|TYPE|VERSION)_[A-Z_]+$/
