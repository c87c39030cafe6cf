// `lockstep lint`: the static rules alone, and with `--base` what the branch must not change; writes nothing.
import { namedFindings } from '../generate/named-advice.js'
import type { LintResult } from '../../../codegen/model/result.js'
import { type CommandRun, type Invocation, EXIT } from '../command/command.js'
import { findingsDocument, findingsText, type Findings } from '../generate/findings.js'
import { count } from '../terminal/quantities.js'
import type { Style } from '../terminal/style.js'
import { buildSettings } from '../settings/build-settings.js'
import { describeSettings } from '../settings/describe-settings.js'
import { loadEachSettings } from '../settings/load-settings.js'
import { underBase, withBase } from '../generate/with-base.js'

/** Checks the migrations of every database, or of the one selected by `--name`. Exits with 1 on an error. */
export const run: CommandRun = async (invocation) => {
  const { results, findings } = await lintEach(invocation)
  const { diagnostics } = findings
  const ok = results.every((result) => result.ok)
  const { format = 'text' } = invocation.flags
  const document = format === 'text' ? null : await findingsDocument(findings, format)
  return {
    exitCode: ok ? EXIT.done : EXIT.failed,
    json: { ok, diagnostics },
    text: (style) => lintText(findings, results, style),
    ...(document !== null && { document }),
  }
}

async function lintEach(
  invocation: Invocation,
): Promise<{ results: readonly LintResult[]; findings: Findings }> {
  const all = await loadEachSettings(invocation)
  for (const line of all.flatMap(describeSettings)) invocation.terminal.detail(line)
  const { lint } = await import('../../../codegen/lint.js')
  const results: LintResult[] = []
  const { base } = invocation.flags
  for (const one of all) {
    const settings = await underBase(buildSettings(one), base)
    results.push(await withBase(await lint(settings), settings, base))
  }
  const diagnostics = namedFindings(all, results, invocation.terminal)
  return { results, findings: { root: all[0]?.root ?? invocation.cwd, diagnostics } }
}

function lintText(findings: Findings, results: readonly LintResult[], style: Style): string[] {
  if (findings.diagnostics.length > 0) return findingsText(findings, style)
  const migrations = results.reduce((sum, result) => sum + result.migrations, 0)
  return [`${count(migrations, 'migration')}, nothing to complain about.`]
}
