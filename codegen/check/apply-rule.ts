// Runs one rule such that a defect in it hides nothing of what the others find.
import { fileStart } from '../diagnostics/problem.js'
import { projectPath } from '../project/project-path.js'
import type { Finding, Rule, Subject } from './subject/rule.js'

/** The findings of a rule. If it throws, which is a defect of Lockstep, that becomes a finding of its own after the others. */
export function applyRule(rule: Rule, subject: Subject): Finding[] {
  const found: Finding[] = []
  try {
    for (const finding of rule.check(subject)) found.push(finding)
  } catch (error) {
    found.push(failure(rule, error, subject))
  }
  return found
}

function failure({ code }: Rule, error: unknown, { settings }: Subject): Finding {
  const folder = projectPath(settings.root, settings.migrations)
  const [first = '', ...frames] = String((error as Error | null)?.stack ?? error).split('\n')
  const where = frames.find((line) => /^\s+at /.test(line))?.trim()
  return {
    at: fileStart(folder),
    severity: 'error',
    message: `${code} could not look at all of ${folder}: it failed with \`${first}\`${where ? ` ${where}` : ''}. Its findings are unknown; those of other rules are complete.`,
    fix: `This is a defect of Lockstep: report it. Until it is fixed, \`rules: { ${code}: 'off' }\` in the configuration turns this rule off if it can be turned off.`,
  }
}
