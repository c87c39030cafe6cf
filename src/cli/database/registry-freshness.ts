// Checks whether the registry still matches the migrations folder. Without a folder, as in a deployed application, the registry
// is all there is, and right.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseFileName } from '../../../codegen/project/file-name.js'
import { projectPath } from '../../../codegen/project/project-path.js'
import { generate } from '../../../codegen/generate.js'
import type { GenerateResult } from '../../../codegen/model/result.js'
import { registryBehind, registryDraft, registryStale } from '../../errors/command-line.js'
import { LockstepError, problemOf, type Cause } from '../../errors/lockstep-error.js'
import type { Registry } from '../../model/registry.js'
import type { Problem } from '../../model/report.js'
import { buildSettings } from '../settings/build-settings.js'
import type { Settings } from '../settings/settings.js'

/**
 * Throws `REGISTRY_STALE` if generating would write a different registry, or would fail: what was applied then would later look
 * like a migration edited after being applied. Never replays, so the schema digests do not matter here, and loads the compiler
 * only if something changed since the registry was generated. Returns warnings.
 */
export async function requireFresh(settings: Settings): Promise<Problem[]> {
  const result = await look(settings)
  const stale = result && staleOf(result)
  if (stale) throw new LockstepError(stale)
  return draftProblems(result?.drafts ?? [])
}

/**
 * What `requireFresh` would throw, as problems. Migrations that are only newer than the registry, by their file names, are a
 * warning: they are not generated yet, or drafts. Like `requireFresh`, this loads the compiler only if something changed since
 * the registry was generated.
 */
export async function findUnregistered(
  settings: Settings,
  registry: Registry<never>,
): Promise<Problem[]> {
  const { root, migrations } = settings
  const result = await look(settings)
  const drafts = result?.drafts ?? []
  const newer = newerFiles(migrations, registry.length)
    .map((name) => projectPath(root, join(migrations, name)))
    .filter((file) => !drafts.includes(file))
  if (newer.length > 0) return [problemOf(registryBehind(newer.join(', '), newer), 'warning')]
  const stale = result && staleOf(result)
  return [...(stale ? [problemOf(asSeen(stale), 'error')] : []), ...draftProblems(drafts)]
}

/** Null if there is no folder. */
const look = async (settings: Settings): Promise<GenerateResult | null> =>
  existsSync(settings.migrations)
    ? generate({ ...buildSettings(settings), replay: false }, { write: false })
    : null

const draftProblems = ([first, ...more]: readonly string[]): Problem[] =>
  first === undefined ? [] : [problemOf(registryDraft([first, ...more]), 'warning')]

function newerFiles(folder: string, latest: number): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).filter((name) => {
    const parsed = parseFileName(name)
    return parsed.is === 'migration' && parsed.to > latest
  })
}

/** For a command that only reads. */
const asSeen = (stale: Cause): Cause => ({ ...stale, state: '', next: '' })

/** Null if the registry is up to date, also if it only lacks drafts, whatever waits for them. */
function staleOf({ diagnostics, files }: GenerateResult): ReturnType<typeof registryStale> | null {
  const isHolding = (code: string): boolean => files.length > 0 && code === 'MIGRATION_EMPTY'
  const errors = diagnostics.filter(
    ({ severity, code }) => severity === 'error' && !isHolding(code),
  )
  if (errors.length === 0) return null
  // A generated file may be stale only because the migrations have an error.
  const first = errors.find(({ code }) => !isUngenerated(code)) ?? errors[0]
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : ''
  const said =
    first?.code === 'ALTER_NOT_EXPANDED'
      ? 'the SQL of `alter` is not in it yet, or was edited there.'
      : first?.message
  const reason = `${first?.file}:${first?.line}:${first?.column}: ${said}${more}`
  return registryStale(reason, first && isUngenerated(first.code) ? 'registry' : 'migrations')
}

/** Declared changes are expanded by replay, which is not done here. */
const isUngenerated = (code: string): boolean =>
  code.startsWith('GENERATED_') || code === 'ALTER_NOT_EXPANDED'
