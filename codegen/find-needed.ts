// Finds the versions of other histories that migrations need, and reads the migrations that lead to them.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nearest } from './diagnostics/nearest.js'
import type { Diagnostic } from './model/diagnostic.js'
import type { Declared, Need, ParsedMigration, Reading } from './model/migration.js'
import { migrationsInput } from './project/fingerprint.js'
import { filesBehind } from './read-history.js'
import type { GenerateSettings, HistoryPlace } from './model/settings.js'
import {
  needsCircle,
  needsElsewhere,
  needsIncomplete,
  needsLedgerShared,
  needsUnknown,
  needsUnreadable,
} from './replay/process/needs-problems.js'
import type { WrittenPlace } from './write/released-checksums.js'
import { ledgerName } from '../src/model/ledger.js'
import { foldCase } from '../src/sql/names.js'
import { versionId } from '../src/model/version.js'

/** A history that others need, up to a version. */
export interface NeededHistory {
  readonly name: string
  readonly settings: GenerateSettings
  readonly reading: Reading
  readonly version: number
  /** Where its own build writes. */
  readonly written: WrittenPlace
}

/** All needed histories, each after those it needs itself, and the problems with them. */
export interface Needed {
  readonly histories: readonly NeededHistory[]
  /** Everything that was read, including versions that nobody needs: a new one may break what exists. */
  readonly consulted: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Follows the needs of `migrations`, and the needs of those. */
export async function findNeeded(
  migrations: readonly ParsedMigration[],
  settings: GenerateSettings,
  read: (settings: GenerateSettings) => Promise<Reading>,
): Promise<Needed> {
  const search: Search = { settings, read, found: new Map(), consulted: new Set(), diagnostics: [] }
  search.diagnostics.push(...incompleteNeeds(migrations, settings))
  await follow(search, migrations, [settings.migrations])
  const { found, consulted, diagnostics } = search
  return { histories: [...found.values()], consulted: [...consulted], diagnostics }
}

/** Comments that name histories like `needs`, but in an incomplete form: without a version, or without the colon. */
const incompleteNeeds = (
  migrations: readonly ParsedMigration[],
  { histories = {} }: GenerateSettings,
): Diagnostic[] =>
  migrations
    .flatMap(({ maybeNeeds = [] }) => maybeNeeds)
    .filter(({ value }) =>
      value.split(/[\s,]+/).every((word) => Object.hasOwn(histories, word.replace(/:\d+$/, ''))),
    )
    .map(({ value, position }) => needsIncomplete(position, value))

interface Search {
  readonly settings: GenerateSettings
  readonly read: (settings: GenerateSettings) => Promise<Reading>
  /** By name, in the order they can be built. */
  readonly found: Map<string, NeededHistory>
  readonly consulted: Set<string>
  readonly diagnostics: Diagnostic[]
}

/** `way` holds the folders of the histories that have led here. */
async function follow(
  search: Search,
  migrations: readonly ParsedMigration[],
  way: readonly string[],
): Promise<void> {
  for (const need of migrations.flatMap(({ needs = [] }) => needs)) {
    const place = placeOf(search, need)
    if (!place) continue
    if (way.includes(place.migrations)) {
      search.diagnostics.push(
        needsCircle(need.position, textOf(need), way.length === 1 ? 'own' : 'other'),
      )
      continue
    }
    await take(search, need, { place, way })
  }
}

function placeOf({ settings, diagnostics }: Search, need: Declared<Need>): HistoryPlace | null {
  const { histories = {} } = settings
  const { history } = need.value
  const place = Object.hasOwn(histories, history) ? histories[history] : undefined
  if (place?.elsewhere !== undefined) {
    const where = { history, database: place.elsewhere }
    diagnostics.push(needsElsewhere(need.position, textOf(need), where))
    return null
  }
  if (place) return place
  const names = Object.keys(histories)
  diagnostics.push(
    needsUnknown(need.position, textOf(need), {
      history,
      what: `the configuration knows no history called ${history}`,
      meant: withVersion(nearest(history, names), need.value.version),
    }),
  )
  return null
}

const withVersion = (history: string | null, version: number): string | null =>
  history === null ? null : `${history}:${versionId(version)}`

async function take(
  search: Search,
  need: Declared<Need>,
  { place, way }: { readonly place: HistoryPlace; readonly way: readonly string[] },
): Promise<void> {
  const { history, version } = need.value
  const settings = settingsOf(search.settings, history, place)
  const known = search.found.get(history)
  const reading = known?.reading ?? (await search.read(settings))
  const written = writtenAt(place)
  const read = [...filesBehind(reading), ...registriesBehind(reading, written)]
  for (const one of [migrationsInput(place.migrations), ...read]) search.consulted.add(one)
  const upTo = reading.migrations.filter((one) => one.version <= version)
  const problem = sharedLedger(search, need, place) ?? problemIn(need, reading, upTo)
  if (problem) return void search.diagnostics.push(problem)
  const later = reading.migrations.filter((one) => one.version > version)
  if (later.some((one) => leadsBack(one, search.settings, way)))
    search.diagnostics.push(needsCircle(need.position, textOf(need), 'other'))
  await follow(search, upTo, [...way, place.migrations])
  const most = Math.max(version, known?.version ?? 0)
  search.found.set(history, { name: history, settings, reading, version: most, written })
}

/**
 * Whether a migration needs a history that has led here: two that need each other have no order, whichever versions are
 * concerned.
 */
const leadsBack = (
  { needs = [] }: ParsedMigration,
  { histories = {} }: GenerateSettings,
  way: readonly string[],
): boolean =>
  needs.some(({ value: { history } }) => way.includes(histories[history]?.migrations ?? ''))

/** For a history without further configuration, the default location is assumed. */
function writtenAt({ migrations, out = join(dirname(migrations), 'generated') }: HistoryPlace) {
  const language = existsSync(join(out, 'registry.js')) ? 'js' : 'ts'
  return { out, language } as const
}

/** The registry contains the expansion of declared changes. */
const registriesBehind = ({ migrations }: Reading, { out }: WrittenPlace): readonly string[] =>
  migrations.some(({ alter }) => alter)
    ? ['registry.ts', 'registry.js'].map((name) => join(out, name))
    : []

/** Other histories that use the same ledger: two histories in one ledger can never be built. */
function sharedLedger(
  { settings: own, found }: Search,
  need: Declared<Need>,
  { migrations, table }: HistoryPlace,
): Diagnostic | null {
  const built = [...found.values()].map(({ name, settings }) => ({ ...settings, name }))
  const same = [{ ...own, name: null }, ...built].find(
    (one) => foldCase(one.table) === foldCase(table) && one.migrations !== migrations,
  )
  return same ? needsLedgerShared(need.position, textOf(need), { table, with: same.name }) : null
}

function problemIn(
  need: Declared<Need>,
  { migrations, diagnostics }: Reading,
  upTo: readonly ParsedMigration[],
): Diagnostic | null {
  const { history, version } = need.value
  const head = migrations.at(-1)?.version ?? 0
  const first = diagnostics.find(({ severity }) => severity === 'error')
  if (first && (head === 0 || upTo.some(({ unreadable }) => unreadable)))
    return needsUnreadable(need.position, textOf(need), first.message)
  if (version > head)
    return needsUnknown(need.position, textOf(need), {
      history,
      what:
        head === 0
          ? `the history ${history} has no migrations`
          : `the newest version of ${history} is ${versionId(head)}`,
      meant: null,
    })
  const isWhole = upTo.every((one, index) => one.version === index + 1 && !one.unreadable)
  return isWhole && upTo.length === version
    ? null
    : needsUnreadable(
        need.position,
        textOf(need),
        `its versions up to ${version} are not 1, 2, 3 …`,
      )
}

/**
 * The other history as its own build sees it, as far as known here. Nothing is written for it, and what is cached about it here
 * must not serve as the cache of its own build, which may have other settings: hence an `out` that no build has.
 */
function settingsOf(
  settings: GenerateSettings,
  name: string,
  { migrations, table }: HistoryPlace,
): GenerateSettings {
  const { history: own, ...others } = settings
  const isNamed = table === ledgerName(name)
  const out = join(migrations, 'generated')
  return {
    ...(own === undefined ? settings : others),
    ...(isNamed && { history: name }),
    migrations,
    table,
    out,
  }
}

const textOf = ({ value }: Declared<Need>): string => `${value.history}:${versionId(value.version)}`
