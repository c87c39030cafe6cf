// Findings about released migrations.
import { fileStart } from '../../diagnostics/problem.js'
import { projectPath } from '../../project/project-path.js'
import { versionId } from '../../../src/model/version.js'
import type { GenerateSettings } from '../../model/settings.js'
import type { Rule } from '../subject/rule.js'

/** One line for all of them: they cannot be changed any more, and are listed only on request. */
export const releasedFindings: Rule = {
  code: 'RELEASED_FINDINGS',
  severity: 'info',
  stage: 'suppressions',
  *check({ settings, settled }) {
    if (settled.length === 0) return
    const one = settled.length === 1
    const at = fileStart(projectPath(settings.root, settings.migrations))
    const { released = 0, releasedOn } = settings
    yield {
      at,
      message: `${settled.length} finding${one ? '' : 's'} about versions up to ${versionId(released)}, which ${releasedOn ? hadBy(releasedOn) : 'have shipped'}, ${one ? 'is' : 'are'} not shown.`,
      fix: '`lockstep check --released` shows them.',
    }
  },
}

const hadBy = ({ ref, stated }: NonNullable<GenerateSettings['releasedOn']>): string =>
  `${ref} already has${stated > 0 ? ` (\`released\` says only ${versionId(stated)})` : ''}`
