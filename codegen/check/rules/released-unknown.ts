// The configuration names a released version that does not exist.
import { fileStart } from '../../diagnostics/problem.js'
import { projectPath } from '../../project/project-path.js'
import { versionId } from '../../../src/model/version.js'
import type { Rule } from '../subject/rule.js'

/** A number that is too high would settle findings about migrations that are still to be written. */
export const releasedUnknown: Rule = {
  code: 'RELEASED_UNKNOWN',
  severity: 'error',
  *check({ reading: { migrations }, settings }) {
    const { released = 0 } = settings
    const newest = migrations.at(-1)?.version ?? 0
    if (released <= newest) return
    const at = fileStart(projectPath(settings.root, settings.migrations))
    yield {
      at,
      message: `The setting \`released\` says that ${versionId(released)} has shipped, but ${newest === 0 ? `there is no migration in ${at.file}` : `the newest version in ${at.file} is ${versionId(newest)}`}.`,
      fix: 'Restore its file if it was deleted; otherwise set `released` to the newest version that has shipped.',
    }
  },
}
