// The configuration sets severities for files that do not exist.
import { projectPath } from '../../project/project-path.js'
import { unmatched } from '../../diagnostics/severity-of.js'
import { fileStart } from '../../diagnostics/problem.js'
import { listed } from '../../diagnostics/listed.js'
import type { Rule, Subject } from '../subject/rule.js'

/**
 * Silent for entries that several databases share: their files may be those of another one. Globs that exclude may precede their
 * files.
 */
export const severityUnused: Rule = {
  code: 'SEVERITY_UNUSED',
  severity: 'warning',
  *check(subject) {
    const { settings } = subject
    const files = filesOf(subject)
    const at = fileStart(projectPath(settings.root, settings.migrations))
    for (const one of settings.overrides ?? []) {
      const unused = one.shared ? [] : unmatched(one, files)
      if (unused.length === 0) continue
      yield {
        at,
        message: `The setting \`overrides\` gives severities to ${listed(unused.map((glob) => `'${glob}'`))}, but no file of ${at.file} matches.`,
        fix: 'Correct the glob, which starts at the folder of the configuration, or remove it.',
      }
    }
  },
}

function filesOf({ reading: { discovery, diagnostics }, settings: { root } }: Subject): string[] {
  const helpers = [...discovery.helpers.keys()].map((path) => projectPath(root, path))
  return [...discovery.files, ...diagnostics].map(({ file }) => file).concat(helpers)
}
