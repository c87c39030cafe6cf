// How a development database gets from what it has applied to the current code. Pure.
import type { LedgerRow } from '../model/ledger.js'
import type { Registry, RegistryEntry } from '../model/registry.js'
import { versionId } from '../model/version.js'

/**
 * For a migration that the code has in another form or place, in words: the commands that undo it and apply the current code
 * (`follow`), and the one that undoes it (`undo`). Has to be called in ascending order: whatever blocks below has to go too.
 */
export interface Ways {
  follow(version: number): string
  undo(version: number): string
}

/** The ways from the state of a ledger to the current code. */
export function waysToCode(registry: Registry<never>, rows: readonly LedgerRow[]): Ways {
  let lowest: number | undefined
  return {
    follow: (version) => commandsFrom((lowest ??= version), registry, rows),
    undo: (version) => wayBefore((lowest ??= version), registry, rows),
  }
}

function commandsFrom(
  lowest: number,
  registry: Registry<never>,
  rows: readonly LedgerRow[],
): string {
  const undone = rows.filter(({ version }) => version >= lowest)
  const now = undone.map(({ version }) => registry[version - 1])
  const kept = undone.filter((row, at) => !isReversible(row, now[at]))
  if (kept.some(({ name, version }) => !isOwnDown(name, registry[version - 1]))) return RESET
  if (now.some((entry) => entry?.transaction === false || entry?.effects !== undefined))
    return kept.length > 0
      ? RESET
      : `\`lockstep rollback --to ${lowest - 1}\`, then \`lockstep migrate\``
  const only = condition(kept.length > 0, undone, now)
  const words = undone.length > 1 ? ` ${undone.length}` : ''
  return `\`lockstep redo${words}\`, which undoes ${versionId(lowest)}${words && ' and what came after it'} and applies ${words ? 'them' : 'it'} again as the code now has ${words ? 'them' : 'it'}${only}`
}

/** What `redo` presupposes: the `down` of what was applied, or one that can replace it. */
function condition(
  isGiven: boolean,
  undone: readonly LedgerRow[],
  now: readonly (RegistryEntry<never> | undefined)[],
): string {
  if (isGiven) return ', if the current down undoes what was applied'
  const isGone = undone.some(({ checksum }, at) => {
    const entry = now[at]
    return entry !== undefined && entry.checksum !== checksum && !entry.reversible
  })
  return isGone ? ', if the down it was applied with is still on record, or committed' : ''
}

/** An edit may have added the `down` that a migration lacked; the `down` of another migration undoes something else. */
const isOwnDown = (name: string, entry: RegistryEntry<never> | undefined): boolean =>
  entry?.name === name && entry.reversible

/** Whether anything says how to undo what a row records as applied; `entry` is what the code has under its number. */
export const isReversible = (row: LedgerRow, entry: RegistryEntry<never> | undefined): boolean =>
  row.downChecksum !== null || (entry?.checksum === row.checksum && entry.reversible)

function wayBefore(version: number, registry: Registry<never>, rows: readonly LedgerRow[]): string {
  const isKept = rows.some(
    (row) => row.version >= version && !isReversible(row, registry[row.version - 1]),
  )
  return isKept
    ? `start over with ${RESET}`
    : `undo it with \`lockstep rollback --to ${version - 1}\``
}

/** The fix if nothing says how to undo it. */
export const RESET = '`lockstep reset`, if its data may go'
