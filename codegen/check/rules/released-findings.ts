// Findings about migrations that have shipped.
import { fileStart } from '../../diagnostics/problem.js'
import { projectPath } from '../../project/project-path.js'
import { versionId } from '../../../src/model/version.js'
import type { Rule } from '../subject/rule.js'

/** One line for all of them: they cannot be changed any more, and whoever wants to see them asks for it. */
export const releasedFindings: Rule = {
  code: 'RELEASED_FINDINGS',
  severity: 'info',
  standing: 'adjustable',
  stage: 'suppressions',
  meaning:
    'There are findings about migrations at or below `released`, which are not shown one by one.',
  problem:
    'A migration that has shipped cannot be changed: a change would reach new installations only. What was found there is known, and shown on demand.',
  solution:
    'Look at them with `lockstep check --released`. Where one matters, write a new migration that repairs what it has left.',
  *check({ settings, settled }) {
    if (settled.length === 0) return
    const one = settled.length === 1
    const at = fileStart(projectPath(settings.root, settings.migrations))
    yield {
      at,
      message: `${settled.length} finding${one ? '' : 's'} in ${at.file} about migrations up to ${versionId(settings.released ?? 0)}, which have shipped, ${one ? 'is' : 'are'} not shown.`,
      fix: '`lockstep check --released` shows them.',
    }
  },
}
