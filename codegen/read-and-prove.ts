// The judging half of the build: read → check → replay → check with what that brought to light. Writes no file of the project.
import { compareDiagnostics } from './diagnostics/compare-diagnostics.js'
import type { Proof } from './model/evidence.js'
import type { Diagnostic } from './model/diagnostic.js'
import type { Reading } from './model/migration.js'
import { readAndCheck, type CheckedReading } from './read-and-check.js'
import { registryItems, type RegistryItem } from './render/registry/registry-item.js'
import { readyLines, type ReadyLines } from './replay/ready-lines.js'
import { replay } from './replay/replay.js'
import type { LintResult } from './model/result.js'
import type { GenerateSettings } from './model/settings.js'
import { weighWarnings } from './diagnostics/apply-severities.js'

/** The migrations with everything that is wrong with them, and what was proven about them. */
export interface ProvenReading extends LintResult {
  /** Empty when an error keeps the migrations from being taken for a history. */
  readonly items: readonly RegistryItem[]
  /** Null without replay, and where it was not possible. */
  readonly proof: Proof | null
  /** Files, absolute, that the proof depends on besides the migrations folder. */
  readonly consulted: readonly string[]
  /** How many versions of the proof are only remembered, from version 1 on. */
  readonly known: number
  /** The codes of the errors for which the settings' wish to replay was not followed. */
  readonly obstacles: readonly string[]
}

/** Replays only where the settings ask for it, and where no static error makes it pointless. */
export async function readAndProve(settings: GenerateSettings): Promise<ProvenReading> {
  if (!settings.replay) return unproven(await readAndCheck(settings))
  const ready = readyLines()
  try {
    return await prove(await readAndCheck(settings), settings, ready)
  } finally {
    ready.end()
  }
}

async function prove(
  checked: CheckedReading,
  settings: GenerateSettings,
  ready: ReadyLines,
): Promise<ProvenReading> {
  const { reading, examination } = checked
  const items = itemsOf(checked)
  const { obstacles } = examination
  if (items.length !== reading.migrations.length || obstacles.length > 0)
    return { ...unproven(checked), obstacles }
  const { proof, diagnostics, consulted, known } = await replay(items, settings, ready)
  const judged = proof ? examination.withProof(proof) : checked.diagnostics
  const all = [...judged, ...weighWarnings(diagnostics, settings)].sort(compareDiagnostics)
  return { ...summaryOf(checked, all), items, proof, consulted, known, obstacles }
}

const unproven = (checked: CheckedReading): ProvenReading => ({
  ...summaryOf(checked, checked.diagnostics),
  items: itemsOf(checked),
  proof: null,
  consulted: [],
  known: 0,
  obstacles: [],
})

const itemsOf = ({ ok, reading }: CheckedReading): readonly RegistryItem[] =>
  ok || isHistory(reading) ? registryItems(reading) : []

/** Whether the migrations are a history in spite of what else is wrong: 1, 2, 3 … and each with an `up`. */
const isHistory = ({ migrations }: Reading): boolean =>
  migrations.every(
    ({ version, up, unreadable }, index) => version === index + 1 && up !== null && !unreadable,
  )

const summaryOf = (
  { migrations, head }: CheckedReading,
  diagnostics: readonly Diagnostic[],
): LintResult => ({
  ok: diagnostics.every(({ severity }) => severity !== 'error'),
  diagnostics,
  migrations,
  head,
})
