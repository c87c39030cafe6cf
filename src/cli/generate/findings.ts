// Renders diagnostics of the build: for people, with the lines they are about, or in a format for programs.
import { join, posix } from 'node:path'
import {
  renderGithub,
  renderJson,
  renderText,
} from '../../../codegen/diagnostics/render-diagnostics.js'
import { projectPath } from '../../../codegen/project/project-path.js'
import type { Diagnostic } from '../../../codegen/model/diagnostic.js'
import { repositoryRoot } from '../../../codegen/project/repository-root.js'
import { pageUrl, ruleProse } from '../terminal/code-page.js'
import type { CommandResult } from '../command/command.js'
import type { LintFormat } from '../command/flags.js'
import type { Style } from '../terminal/style.js'
import { readQuietly } from '../../../codegen/project/read-quietly.js'

/** Diagnostics with the project's folder, which their paths are relative to. */
export interface Findings {
  readonly root: string
  readonly diagnostics: readonly Diagnostic[]
}

/** The findings for people, each with its line; empty if there are none. */
export const findingsText = ({ root, diagnostics }: Findings, style: Style): string[] =>
  renderText(diagnostics, readSources(root, diagnostics), {
    ...style,
    page: (address) => style.link(style.dim(address), pageUrl(address)),
  })

/** The findings in a format for programs. */
export async function findingsDocument(
  { root, diagnostics: found }: Findings,
  format: Exclude<LintFormat, 'text'>,
): Promise<NonNullable<CommandResult['document']>> {
  const diagnostics = format === 'json' ? found : fromRepository(root, found)
  const render = await rendererOf(format)
  return (carry) =>
    render(diagnostics.map((one) => ({ ...one, message: carry(one.message), fix: carry(one.fix) })))
}

async function rendererOf(
  format: Exclude<LintFormat, 'text'>,
): Promise<(diagnostics: readonly Diagnostic[]) => string> {
  if (format !== 'sarif') return format === 'json' ? renderJson : renderGithub
  // Only this format describes the rules, which load the compiler.
  const { renderSarif } = await import('../../../codegen/diagnostics/render-sarif.js')
  const { rules } = await import('../../../codegen/check/rules.js')
  return (diagnostics) =>
    renderSarif(
      diagnostics,
      rules.map((rule) => ({ ...rule, ...ruleProse(rule.code) })),
    )
}

/** Services identify files by their paths in the repository, of which the project may be a part. */
function fromRepository(root: string, diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const project = projectPath(repositoryRoot(root), root)
  return diagnostics.map((one) => ({ ...one, file: posix.join(project, one.file) }))
}

/** The text of every mentioned file; one that cannot be read is shown without its lines. */
function readSources(root: string, diagnostics: readonly Diagnostic[]): Map<string, string> {
  const files = new Set(diagnostics.map(({ file }) => file))
  return new Map([...files].map((file) => [file, readQuietly(join(root, file))]))
}
