// `lockstep check`: rules, generated files and replay in one run, for continuous integration; writes nothing.
import type { Diagnostic } from '../../../codegen/model.js'
import type { GenerateResult } from '../../../codegen/result.js'
import type { CommandRun, Invocation } from '../command.js'
import { EXIT } from '../exit-code.js'
import { findingsDocument, findingsText, type Findings } from '../findings.js'
import { count } from '../render/quantities.js'
import type { Style } from '../render/style.js'
import { buildSettings } from '../settings/build-settings.js'
import { describeSettings } from '../settings/describe-settings.js'
import { loadEachSettings } from '../settings/load-settings.js'
import { withBase } from '../with-base.js'

/** Checks every database, or the one that `--name` picks. Exits with 1 on an error. */
export const run: CommandRun = async (invocation) => {
  const { results, findings } = await checkEach(invocation)
  const { diagnostics } = findings
  const ok = results.every((result) => result.ok)
  const { format = 'text' } = invocation.flags
  const document = format === 'text' ? null : await findingsDocument(findings, format)
  return {
    exitCode: ok ? EXIT.done : EXIT.failed,
    json: { ok, diagnostics },
    text: (style) => document ?? checkText(findings, results, style),
  }
}

async function checkEach(
  invocation: Invocation,
): Promise<{ results: readonly GenerateResult[]; findings: Findings }> {
  const all = await loadEachSettings(invocation)
  for (const line of all.flatMap(describeSettings)) invocation.terminal.detail(line)
  const { generate } = await import('../../../codegen/generate.js')
  const results: GenerateResult[] = []
  for (const settings of all.map((one) => ({ ...buildSettings(one), replay: true }))) {
    const generated = await generate(settings, { write: false })
    results.push(await withBase(generated, settings, invocation.flags.base))
  }
  const diagnostics = results.flatMap((result) => result.diagnostics)
  return { results, findings: { root: all[0]?.root ?? invocation.cwd, diagnostics } }
}

/** The findings, and one line that says what was looked at. */
function checkText(findings: Findings, results: readonly GenerateResult[], style: Style): string {
  const text = findingsText(findings, style)
  const line = summary(findings.diagnostics, results)
  return [...(text === '' ? [] : [text]), line].join('\n\n')
}

function summary(diagnostics: readonly Diagnostic[], results: readonly GenerateResult[]): string {
  const migrations = results.reduce((sum, result) => sum + result.migrations, 0)
  const files = results.flatMap((result) => result.files)
  const parts = [count(migrations, 'migration'), count(files.length, 'generated file')]
  return `Checked ${parts.join(', ')}: ${diagnostics.length === 0 ? 'nothing to complain about' : 'see above'}.`
}
