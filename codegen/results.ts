// The result of a build: either of what it has written, or of an error in the migrations that keeps it from writing.
import type { ProvenReading } from './proven-reading.js'
import { compareDiagnostics } from './diagnostics/compare-diagnostics.js'
import { findDrafts, type Drafts } from './find-drafts.js'
import { madeBy } from './made-by.js'
import type { Diagnostic } from './model/diagnostic.js'
import type { VersionProof } from './model/evidence.js'
import type { MigrationFile } from './model/migration.js'
import type { GenerateResult } from './model/result.js'
import type { GenerateSettings } from './model/settings.js'
import type { RegistryItem } from './model/registry-item.js'
import { resolveImportExtension } from './render/registry/resolve-import-extension.js'
import { renderFiles, type Rendered } from './render/render-files.js'
import { judgeFiles } from './write/settle-files.js'

/** The result when an error keeps the build from writing; a run that only checks also judges the generated files. */
export async function refuse(
  proven: ProvenReading,
  settings: GenerateSettings,
  { write }: { readonly write: boolean },
): Promise<GenerateResult> {
  if (write) return resultOf(proven, proven.diagnostics, [])
  const decision = resolveImportExtension(settings, filesOf(proven.items))
  const known = withoutDrafts(proven, settings)
  const { items } = known
  // If a released migration was edited, the generated files are right and the migration has to be restored.
  const isPutBack = proven.diagnostics.some(({ code }) => code === 'RELEASED_EDITED')
  const isKnown = items.length > 0 && !isPutBack
  const wanted = isKnown ? renderFiles(known, settings, decision) : []
  const found = [...proven.diagnostics, ...(await judgeFiles(wanted, settings))]
  return resultOf(proven, found.sort(compareDiagnostics), [])
}

/** What `gen` would write: it leaves drafts out, and nothing counts as stale just because they are missing. */
function withoutDrafts(
  { items: all, diagnostics, proof, snapshot: made }: ProvenReading,
  settings: GenerateSettings,
): Rendered {
  const migrations = all.map(({ migration }) => migration)
  const wanted = { ...settings, drafts: 'left out' } as const
  const { leftOut } = findDrafts({ migrations }, () => diagnostics, wanted)
  const items = all.slice(0, all.length - leftOut.length)
  // If the history breaks off, not all digests are known, so those on disk are not compared.
  const snapshot = leftOut.length === 0 ? made : null
  if (!proof?.complete) return { items, proof: null, snapshot }
  const written = new Set(items.map(({ migration }) => migration.version))
  return {
    items,
    proof: { ...proof, versions: proof.versions.filter((one) => written.has(one.version)) },
    snapshot,
  }
}

/** The result with all findings and the state of the generated files. */
export function resultOf(
  { proof, known, scaled, items, obstacles, migrations, head, drafts }: ProvenReading,
  diagnostics: readonly Diagnostic[],
  files: GenerateResult['files'],
): GenerateResult {
  const replayed = proof?.versions.filter(isApplied).length ?? 0
  return {
    ok: diagnostics.every(({ severity }) => severity !== 'error'),
    diagnostics,
    files,
    migrations,
    head,
    replayed,
    replayedNow: Math.max(0, replayed - known),
    obstacles,
    made: madeBy(proof, items),
    scaled,
    drafts: filesLeftOut(drafts),
  }
}

const isApplied = ({ facts }: VersionProof): boolean =>
  !facts.some(
    (fact) => fact.kind === 'step-failed' && fact.stage === 'empty' && fact.at.direction === 'up',
  )

/** The files of drafts, each once. */
export const filesLeftOut = ({ leftOut }: Drafts): string[] => [
  ...new Set(leftOut.map(({ file }) => file.file)),
]

/** The files of migrations. */
export const filesOf = (items: readonly RegistryItem[]): MigrationFile[] =>
  items.map(({ migration }) => migration.file)
