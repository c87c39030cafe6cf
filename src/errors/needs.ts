// Errors about a migration that needs another history, or about undoing what another history needs.
import { APPLY_FIRST, END_FIRST, TAKE_OVER_FIRST, toldNeed, UNDO_FIRST } from '../model/needs.js'
import { NOTHING_CHANGED, title, type Where } from '../model/told-step.js'
import { versionId } from '../model/version.js'
import type { Cause } from './lockstep-error.js'

/** A migration, and the versions of other histories that it needs and that are not applied. */
export interface Unmet {
  readonly where: Where
  readonly missing: readonly string[]
  /** Whether it is recorded in the ledger nevertheless. */
  readonly isApplied?: true
}

/** Migrations need versions of other histories that are not applied; the needs of all pending ones are listed at once. */
export const needsUnmet = (
  unmet: readonly Unmet[],
  way: 'run' | 'record' | 'take-over' = 'run',
): Cause => ({
  code: 'NEEDS_UNMET',
  message: `${unmet.map(needing).join('; ')}, which ${unmet.length > 1 || unmet[0]!.missing.length > 1 ? 'are' : 'is'} not applied in this database.`,
  state: NOTHING_CHANGED,
  fix:
    way === 'run'
      ? APPLY_FIRST
      : way === 'take-over'
        ? TAKE_OVER_FIRST
        : `${APPLY_FIRST} ${TAKE_OVER_FIRST} To record it anyway, add \`--force --reason "<why>"\`.`,
  where: unmet[0]!.where,
  facts: { missing: unmet.flatMap(({ missing }) => missing) },
})

const needing = ({ where, missing, isApplied }: Unmet): string =>
  `${title(where)} ${isApplied ? 'is applied, and ' : ''}needs ${missing.map(toldNeed).join(', ')}`

/** An applied version of another history. */
export interface Needing {
  /** The version that is needed, padded. */
  readonly id: string
  /** The needed version with its history, if that history is itself blocking. */
  readonly of?: string
  /** The ledger, version and name of the version that needs it. */
  readonly ledger: string
  readonly by: string
  readonly name: string
  /** Whether it was begun and did not end. */
  readonly isPart?: true
}

/** A version to undo is needed by applied versions of other histories. */
export const neededElsewhere = (
  { version, name }: { readonly version: number; readonly name: string },
  needing: readonly Needing[],
): Cause => ({
  code: 'NEEDED_ELSEWHERE',
  message: `Migration ${versionId(version)} (${name}) cannot be undone: ${needing.map(told).join('; ')}.`,
  state: NOTHING_CHANGED,
  fix: `${needing.some(({ isPart }) => isPart) ? `${END_FIRST} ` : ''}${UNDO_FIRST} If that code is gone for good, drop by hand what it created, and its ledger with the tables next to it (_log, _progress, _downs): ${[...new Set(needing.map(({ ledger }) => ledger))].join(', ')}.`,
  facts: { version, needing },
})

const told = ({ id, of, ledger, by, name, isPart }: Needing): string =>
  `version ${by} (${name}) of the ledger ${ledger}${isPart ? ', which was started but did not finish,' : ''} needs ${of === undefined ? id : toldNeed(of)}`

/** An applied migration with its needs, and the needs recorded in its ledger row. */
export interface Unrecorded {
  readonly version: number
  readonly name: string
  readonly needs: readonly string[]
  readonly recorded: string
}

/** Ledger rows do not record what their migrations need, which protects it from being undone. */
export const needsUnrecorded = (table: string, rows: readonly Unrecorded[]): Cause => ({
  code: 'NEEDS_UNRECORDED',
  message: `The ledger ${table} does not record what applied migrations need from other histories: ${rows.map(said).join('; ')}. Programs of those histories would undo what is needed.`,
  state: '',
  fix: 'Run `lockstep repair`, which records it, and find out who changed the ledger.',
  facts: { versions: rows.map(({ version }) => version) },
})

const said = ({ version, name, needs, recorded }: Unrecorded): string =>
  `${versionId(version)} (${name}) needs ${needs.map(toldNeed).join(', ') || 'nothing'}, and the row says ${recorded === '' ? 'nothing' : `"${recorded}"`}`
