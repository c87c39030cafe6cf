// The generation that really looks: discover → read → check → render → compare → write. Loads the compiler.
import { join } from 'node:path'
import type { GenerateCache } from './cache/generate-cache.js'
import { compareDiagnostics } from './check/compare-diagnostics.js'
import { projectPath } from './discover/project-path.js'
import type { Diagnostic } from './model.js'
import { readAndCheck, type CheckedReading } from './read-and-check.js'
import type { SpecifierExtension } from './render/import-specifier.js'
import { registryItems } from './render/registry-item.js'
import { renderRegistry } from './render/render-registry.js'
import { resolveImportExtension } from './render/resolve-import-extension.js'
import type { GenerateResult } from './result.js'
import type { GenerateSettings } from './settings.js'
import { settleFile } from './write/settle-file.js'

/** Generates without asking what is remembered, and remembers a result that leaves nothing to do. */
export async function generateAnew(
  settings: GenerateSettings,
  options: { readonly write: boolean },
  cache: GenerateCache,
): Promise<GenerateResult> {
  const checked = await readAndCheck(settings)
  const { migrations, head } = checked
  if (!checked.ok) {
    return { ok: false, diagnostics: checked.diagnostics, files: [], migrations, head }
  }
  const decision = resolveImportExtension(settings)
  const target = registryFile(checked, settings, decision.extension)
  const settled = await settleFile(target, options)
  if (settled.current && decision.diagnostics.length === 0 && settled.diagnostics.length === 0) {
    const { diagnostics } = checked
    cache.remember({ diagnostics, files: [target.file], migrations, head }, decision.consulted)
  }
  const ownFindings = weighWarnings([...decision.diagnostics, ...settled.diagnostics], settings)
  const findings = [...checked.diagnostics, ...ownFindings]
  return {
    ok: findings.every(({ severity }) => severity !== 'error'),
    diagnostics: findings.sort(compareDiagnostics),
    files: [{ file: target.file, state: settled.state }],
    migrations,
    head,
  }
}

function registryFile(
  { reading }: CheckedReading,
  settings: GenerateSettings,
  extension: SpecifierExtension,
) {
  const { root, language, driver } = settings
  const path = join(settings.out, `registry.${language}`)
  const migrations = projectPath(root, settings.migrations)
  const layout = { path, migrations, driver, language, extension }
  const text = renderRegistry(registryItems(reading), layout)
  return { path, file: projectPath(root, path), root, text }
}

/** Settings decide about warnings of the tools; a generated file that is not as it should be stays an error. */
function weighWarnings(
  diagnostics: readonly Diagnostic[],
  { rules }: GenerateSettings,
): Diagnostic[] {
  return diagnostics.flatMap((one) => {
    const severity = one.severity === 'error' ? 'error' : (rules[one.code] ?? one.severity)
    return severity === 'off' ? [] : [{ ...one, severity }]
  })
}
