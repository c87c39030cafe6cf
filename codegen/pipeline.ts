// The steps of a build in order: discover → parse → check → expand → replay → judge → render → write. `generateAnew` calls them. Loads the
// compiler.
import { madeBy } from './made-by.js'
import { filesLeftOut, filesOf, refuse, resultOf } from './results.js'
import type { ProvenReading } from './proven-reading.js'
import type { GenerateCache } from './generate-cache.js'
import { examine, type Examination } from './check/check.js'
import { follows, replayable } from './check/obstacles.js'
import { applySeverities } from './diagnostics/apply-severities.js'
import { compareDiagnostics } from './diagnostics/compare-diagnostics.js'
import { finalCatalog } from './check/subject/catalog-history.js'
import {
  expandDeclared,
  withoutUnexpanded,
  withUnchecked,
  withKnownExpansions,
} from './expand-declared.js'
import { otherHistories, readable, withNeedsChecked, type Expand } from './other-histories.js'
import { filesBehind, readHistory } from './read-history.js'
import { findDrafts, NO_DRAFTS } from './find-drafts.js'
import type { Diagnostic } from './model/diagnostic.js'
import type { Reading } from './model/migration.js'
import type { GenerateOptions, GenerateResult, LintResult } from './model/result.js'
import type { GenerateSettings } from './model/settings.js'
import { beside, type SchemaThere } from './schema-there.js'
import { nameDeleted } from './name-deleted.js'
import { keepRecords } from './records/keep-records.js'
import { registryItems } from './render/registry/registry-items.js'
import type { RegistryItem } from './model/registry-item.js'
import { resolveImportExtension } from './render/registry/resolve-import-extension.js'
import { schemaProblems } from './render/schema/schema-files.js'
import { renderFiles, withSchemas } from './render/render-files.js'
import { readyPasses, type ReadyPasses } from './replay/process/ready-passes.js'
import type { StartLine } from './replay/process/run-pass.js'
import { replay } from './replay/replay.js'
import { readyFormatter } from './write/format-generated.js'
import { unwantedPaths } from './write/left-over.js'
import { pinsOf } from './write/registry-pins.js'
import { releasedEdits } from './write/released-checksums.js'
import { settleFiles } from './write/settle-files.js'

/** A folder after reading. */
interface CheckedReading {
  readonly reading: Reading
  /** The problems found by reading, and the continuation for what the replay finds. */
  readonly examination: Examination
}

async function read(settings: GenerateSettings): Promise<CheckedReading> {
  const reading = withKnownExpansions(await readHistory(settings), settings)
  return examined(await withNeedsChecked(reading, settings), settings)
}

const examined = (reading: Reading, settings: GenerateSettings): CheckedReading => ({
  reading,
  examination: examine(reading, settings),
})

/** Discover → parse → check: reads the migrations without executing anything and applies every static rule. */
export async function readAndCheck(settings: GenerateSettings): Promise<LintResult> {
  const { reading } = await read(settings)
  const { examination } = examined(withUnchecked(reading), settings)
  return nameDeleted(summaryOf(reading, examination.diagnostics), settings)
}

/**
 * … → replay → judge: only if the settings ask for it, and as far as no static error makes it pointless. `start` is an
 * alternative way to start the replay processes.
 */
export async function readAndProve(
  settings: GenerateSettings,
  start?: StartLine,
): Promise<ProvenReading> {
  // Processes that have not started yet do so while the migrations are read.
  const ready = settings.replay ? readyPasses(start) : null
  try {
    const { drafts, ...written } = await readWritten(settings)
    const checked = await expanded(written, settings, ready)
    const items = isHistory(checked) ? registryItems(checked.reading) : []
    const proven = ready
      ? await prove(checked, items, { settings, ready })
      : unproven(checked, items)
    return { ...(ready ? withoutUnexpanded(proven) : proven), drafts }
  } finally {
    ready?.end()
  }
}

/** The reading with the steps of all declared changes, which changes the findings. */
async function expanded(
  checked: CheckedReading,
  settings: GenerateSettings,
  ready: ReadyPasses | null,
): Promise<CheckedReading> {
  const schemaBefore = async (version: number, reading: Reading): Promise<SchemaThere | null> => {
    const migrations = reading.migrations.filter((one) => one.version < version)
    const items = replayedItems(examined({ ...reading, migrations }, settings))
    if (items.length !== version - 1) return null
    const upTo = reading.migrations.filter((one) => one.version <= version)
    const histories = await otherHistories(upTo, settings, expanding(ready!))
    const { proof } = await replay(items, settings, { ready: ready!, histories })
    return proof?.complete ? beside(finalCatalog(proof), histories, ready!) : null
  }
  const reading = await expandDeclared(checked.reading, settings, ready && schemaBefore)
  return reading === checked.reading ? checked : examined(reading, settings)
}

/** The same for other histories. */
const expanding =
  (ready: ReadyPasses): Expand =>
  async (reading, settings, written) => {
    const known = examined(withKnownExpansions(reading, written), settings)
    return registryItems(readable((await expanded(known, settings, ready)).reading))
  }

async function prove(
  checked: CheckedReading,
  items: readonly RegistryItem[],
  { settings, ready }: { readonly settings: GenerateSettings; readonly ready: ReadyPasses },
): Promise<ProvenReading> {
  const { reading, examination } = checked
  const { obstacles } = examination
  const own = replayedItems(checked)
  if (own.length === 0 && reading.migrations.length > 0)
    return { ...unproven(checked, items), obstacles }
  const histories = await otherHistories(reading.migrations, settings, expanding(ready))
  const { proof: found, ...replayed } = await replay(own, settings, {
    ready,
    histories,
    scaled: settings.scaled,
    snapshot: settings.snapshot,
    meanwhile: () => void readyFormatter(settings),
  })
  const { diagnostics, consulted, known, scaled, snapshot } = replayed
  const whole = own.length === reading.migrations.length
  const proof = found && { ...found, complete: found.complete && whole }
  const judged = proof ? examination.withProof(proof) : { ...examination, acknowledged: new Map() }
  const all = [...judged.diagnostics, ...applySeverities(diagnostics, settings)]
  return {
    ...summaryOf(reading, all.sort(compareDiagnostics)),
    items: items.map((item) => ({
      ...item,
      acknowledged: judged.acknowledged.get(item.migration.version) ?? [],
    })),
    proof,
    drafts: NO_DRAFTS,
    consulted: [...filesBehind(reading), ...consulted],
    known,
    scaled,
    snapshot,
    obstacles,
  }
}

/** The reading without drafts and what comes after them, if they may be left out. */
async function readWritten(
  settings: GenerateSettings,
): Promise<CheckedReading & Pick<ProvenReading, 'drafts'>> {
  const whole = await read(settings)
  const drafts = findDrafts(whole.reading, () => whole.examination.diagnostics, settings)
  if (drafts.leftOut.length === 0) return { ...whole, drafts }
  const migrations = whole.reading.migrations.slice(0, -drafts.leftOut.length)
  return { ...examined({ ...whole.reading, migrations }, settings), drafts }
}

/** What can be replayed, without the statements that the replay leaves out. */
const replayedItems = ({ reading, examination }: CheckedReading): RegistryItem[] =>
  registryItems({ ...reading, migrations: replayable(reading, examination) }).map((item) => ({
    ...item,
    leftOut: examination.leftOut.filter(({ version }) => version === item.migration.version),
  }))

/**
 * … → render → write: generates without consulting the cache, and caches a result that leaves nothing to do. With an error in the
 * migrations nothing is written.
 */
export async function generateAnew(
  settings: GenerateSettings,
  options: GenerateOptions,
  cache: GenerateCache,
  start?: StartLine,
): Promise<GenerateResult> {
  const proven = await withReleasedEdits(withDrafts(await readAndProve(settings, start)), settings)
  options.onPins?.(pinsOf(withSchemas(proven.items, proven.proof)))
  if (!proven.ok) return refuse(await nameDeleted(proven, settings), settings, options)
  const { items, diagnostics, migrations, head, drafts, proof } = proven
  const decision = resolveImportExtension(settings, filesOf(items))
  const wanted = renderFiles(proven, settings, decision)
  // A check with a temporary cache is not run by a person who will then apply what it has seen.
  const isKeeping = options.write || settings.memory === undefined
  const recorded = isKeeping ? await keepRecords(withSchemas(items, proof), settings) : []
  const settled = await settleFiles(wanted, settings, options)
  const aboutTypes = proof?.complete ? schemaProblems(proof, settings) : []
  const aboutFiles = [...decision.diagnostics, ...aboutTypes, ...settled.diagnostics]
  if (settled.current && aboutFiles.length === 0) {
    const files = settled.files.flatMap(({ file, state }) => (state === 'removed' ? [] : [file]))
    const about = { diagnostics, files, migrations, head, drafts: filesLeftOut(drafts) }
    const remembered = {
      ...about,
      replayed: settings.replay,
      made: madeBy(proof, items),
      scaled: settings.scaled && proven.scaled,
    }
    const standIns = wanted.flatMap(({ path, standIn }) => (standIn ? [path] : []))
    const looked = [...unwantedPaths(wanted, settings), ...standIns]
    const consulted = [...decision.consulted, ...proven.consulted, ...recorded]
    cache.remember(remembered, [...consulted, ...looked])
  }
  const findings = [...diagnostics, ...applySeverities(aboutFiles, settings)]
  return resultOf(proven, findings.sort(compareDiagnostics), settled.files)
}

/** Drafts are reported whatever else is wrong. */
const withDrafts = (proven: ProvenReading): ProvenReading => ({
  ...proven,
  diagnostics: [...proven.diagnostics, ...proven.drafts.diagnostics].sort(compareDiagnostics),
})

/** Released versions must match the registry on disk. */
async function withReleasedEdits(
  proven: ProvenReading,
  settings: GenerateSettings,
): Promise<ProvenReading> {
  const edits = await releasedEdits(withSchemas(proven.items, proven.proof), settings)
  if (edits.length === 0) return proven
  const diagnostics = [...proven.diagnostics, ...edits].sort(compareDiagnostics)
  return { ...proven, ok: false, diagnostics }
}

const unproven = (checked: CheckedReading, items: readonly RegistryItem[]): ProvenReading => ({
  ...summaryOf(checked.reading, checked.examination.diagnostics),
  items,
  proof: null,
  drafts: NO_DRAFTS,
  consulted: filesBehind(checked.reading),
  known: 0,
  scaled: [],
  snapshot: null,
  obstacles: [],
})

/** Whether the migrations form a history despite other problems: 1, 2, 3 … and each with an `up`. */
const isHistory = ({ reading, examination }: CheckedReading): boolean =>
  reading.migrations.every(follows) || summaryOf(reading, examination.diagnostics).ok

const summaryOf = ({ migrations }: Reading, diagnostics: readonly Diagnostic[]): LintResult => ({
  ok: diagnostics.every(({ severity }) => severity !== 'error'),
  diagnostics,
  migrations: migrations.length,
  head: migrations.at(-1)?.version ?? 0,
})
