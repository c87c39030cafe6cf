// Finds migrations that are not written yet, so that an empty draft only holds up itself and what comes after it.
import { isEmptyUp } from './check/subject/step-content.js'
import { firstOf } from './diagnostics/listed.js'
import type { Diagnostic } from './model/diagnostic.js'
import type { ParsedMigration, Reading } from './model/migration.js'
import type { GenerateSettings } from './model/settings.js'
import { versionsOnDisk } from './write/released-checksums.js'

/** What is left out of the registry for now. */
export interface Drafts {
  /** The first migration that is not written yet, and all after it. */
  readonly leftOut: readonly ParsedMigration[]
  /** The finding for each empty one: an error if written ones wait for it, otherwise a warning. */
  readonly diagnostics: readonly Diagnostic[]
}

/** No drafts. */
export const NO_DRAFTS: Drafts = { leftOut: [], diagnostics: [] }

/**
 * The migrations with an empty `up` that is an error and that no registry has had. None if drafts are refused. `find` returns the
 * findings, and is called only if needed.
 */
export function findDrafts(
  { migrations }: Pick<Reading, 'migrations'>,
  find: () => readonly Diagnostic[],
  settings: GenerateSettings,
): Drafts {
  if (settings.drafts !== 'left out') return NO_DRAFTS
  if (!migrations.some(isEmptyUp)) return NO_DRAFTS
  const findings = new Map(
    find()
      .filter(isEmptiness)
      .map((one) => [keyOf(one), one]),
  )
  const fixed = Math.max(settings.released ?? 0, ...versionsOnDisk(settings))
  const findingOf = ({ version, up }: ParsedMigration): Diagnostic | undefined =>
    up && version > fixed ? findings.get(keyOf(up.position)) : undefined
  const first = migrations.findIndex((one) => findingOf(one) !== undefined)
  const leftOut = first < 0 ? [] : migrations.slice(first)
  const diagnostics = leftOut.flatMap((one, index) => {
    const found = findingOf(one)
    const waiting = leftOut.slice(index + 1).filter((other) => !findingOf(other))
    return found ? [waiting.length > 0 ? asHolding(found, waiting) : asDraft(found)] : []
  })
  return { leftOut, diagnostics }
}

/** Comments and settings can say that an empty step is intended; then it is neither an error nor a draft. */
const isEmptiness = ({ code, severity }: Diagnostic): boolean =>
  code === 'MIGRATION_EMPTY' && severity === 'error'

const keyOf = ({ file, line, column }: Pick<Diagnostic, 'file' | 'line' | 'column'>): string =>
  `${file}:${line}:${column}`

const asDraft = (found: Diagnostic): Diagnostic => ({
  ...found,
  severity: 'warning',
  message: `${found.message} It is left out for now: what stands before it is generated and applied as if it were not there.`,
})

const asHolding = (found: Diagnostic, waiting: readonly ParsedMigration[]): Diagnostic => ({
  ...found,
  message: `${found.message} It and what comes after it wait for that: ${firstOf([...new Set(waiting.map(({ file }) => file.file))])}. What stands before it is generated without it, once it has no other error.`,
})
