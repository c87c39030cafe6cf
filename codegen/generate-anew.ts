// The generation that really looks: discover → read → check → replay → check → render → compare → write. Loads the compiler.
import { join } from 'node:path'
import type { GenerateCache } from './generate-cache.js'
import { compareDiagnostics } from './diagnostics/compare-diagnostics.js'
import { projectPath } from './project/project-path.js'
import { readAndProve, type ProvenReading } from './read-and-prove.js'
import type { SpecifierExtension } from './render/registry/import-specifier.js'
import { withSchemas } from './render/registry/registry-item.js'
import { renderRegistry } from './render/registry/render-registry.js'
import { resolveImportExtension } from './render/registry/resolve-import-extension.js'
import { schemaFiles } from './render/schema/schema-files.js'
import type { GenerateResult } from './model/result.js'
import type { GenerateSettings } from './model/settings.js'
import { judgeLeft } from './write/judge-left.js'
import { settleLeftOver, unwantedPaths } from './write/left-over.js'
import { type WantedFile } from './model/generated-file.js'
import { settleFile, type SettledFile } from './write/settle-file.js'
import { weighWarnings } from './diagnostics/apply-severities.js'

/** Generates without asking what is remembered, and remembers a result that leaves nothing to do. */
export async function generateAnew(
  settings: GenerateSettings,
  options: { readonly write: boolean },
  cache: GenerateCache,
): Promise<GenerateResult> {
  const proven = await readAndProve(settings)
  const { migrations, head } = proven
  if (!proven.ok) return refuse(proven, settings, options)
  const decision = resolveImportExtension(settings)
  const wanted = wantedFiles(proven, settings, decision.extension)
  const settled = await settleAll(wanted, options)
  const left = await settleLeftOver(wanted, settings, options)
  const aboutFiles = [decision, ...settled, ...left].flatMap((one) => one.diagnostics)
  if (settled.every(({ current }) => current) && aboutFiles.length === 0) {
    const { diagnostics } = proven
    const files = wanted.map(({ file }) => file)
    const remembered = { diagnostics, files, migrations, head, replayed: settings.replay }
    const unwanted = unwantedPaths(wanted, settings)
    cache.remember(remembered, [...decision.consulted, ...proven.consulted, ...unwanted])
  }
  const findings = [...proven.diagnostics, ...weighWarnings(aboutFiles, settings)]
  return {
    ok: findings.every(({ severity }) => severity !== 'error'),
    diagnostics: findings.sort(compareDiagnostics),
    files: [...filesOf(wanted, settled), ...left.map(({ file, state }) => ({ file, state }))],
    migrations,
    head,
    ...replayedOf(proven),
  }
}

const filesOf = (
  wanted: readonly WantedFile[],
  settled: readonly SettledFile[],
): GenerateResult['files'] =>
  wanted.map(({ file }, index) => ({ file, state: settled[index]!.state }))

/** Nothing is written. Who only wants to know is told all the same what can be told about the generated files. */
async function refuse(
  proven: ProvenReading,
  settings: GenerateSettings,
  { write }: { readonly write: boolean },
): Promise<GenerateResult> {
  const { migrations, head, items } = proven
  const { extension } = resolveImportExtension(settings)
  // Of a history that breaks off, the digests are not all known; those on disk do not matter then.
  const proof = proven.proof?.complete ? proven.proof : null
  const wanted = items.length > 0 ? wantedFiles({ ...proven, proof }, settings, extension) : []
  const left = write ? [] : await settleLeftOver(wanted, settings, { write })
  const judged = write ? [] : await judgeLeft(wanted, settings)
  const found = [...judged, ...left.flatMap((one) => one.diagnostics)]
  return {
    ok: false,
    diagnostics: [...proven.diagnostics, ...found].sort(compareDiagnostics),
    files: [],
    migrations,
    head,
    ...replayedOf(proven),
  }
}

/** From a version on that could not be applied, or not to its end, nothing is known of the schema. */
function replayedOf({
  proof,
  known,
  obstacles,
}: ProvenReading): Pick<GenerateResult, 'replayed' | 'replayedNow' | 'obstacles'> {
  const replayed = proof?.versions.filter(({ schemaDigest }) => schemaDigest !== null).length ?? 0
  return { replayed, replayedNow: Math.max(0, replayed - known), obstacles }
}

/** The registry first. Without replay nothing is known about the schema, and the files about it are left alone. */
function wantedFiles(
  { items, proof }: ProvenReading,
  settings: GenerateSettings,
  extension: SpecifierExtension,
): WantedFile[] {
  const registry = registryFile(proof ? withSchemas(items, proof) : items, settings, extension)
  return proof?.complete ? [registry, ...schemaFiles(proof, items, settings)] : [registry]
}

function registryFile(
  items: ProvenReading['items'],
  settings: GenerateSettings,
  extension: SpecifierExtension,
): WantedFile {
  const { root, language, driver } = settings
  const path = join(settings.out, `registry.${language}`)
  const migrations = projectPath(root, settings.migrations)
  const text = renderRegistry(items, { path, migrations, driver, language, extension })
  return { path, file: projectPath(root, path), root, text }
}

/** One after the other, so that a folder that cannot be written is told once for each file and in order. */
async function settleAll(
  wanted: readonly WantedFile[],
  options: { readonly write: boolean },
): Promise<SettledFile[]> {
  const settled: SettledFile[] = []
  for (const file of wanted) settled.push(await settleFile(file, options))
  return settled
}
