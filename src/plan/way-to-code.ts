// How a database for development gets from what it has applied to what the code says now. Pure.
import type { LedgerRow } from '../model/ledger.js'
import type { Registry, RegistryEntry } from '../model/registry.js'
import { versionId } from '../model/version.js'

/**
 * Answers for a migration that the code has otherwise, or elsewhere, the commands that undo it and apply what the code has now.
 * To be asked in ascending order: what stands in the way below has to go with it.
 */
export function wayToCode(
  registry: Registry<never>,
  rows: readonly LedgerRow[],
): (version: number) => string {
  let lowest: number | undefined
  return (version) => commandsFrom((lowest ??= version), registry, rows)
}

function commandsFrom(
  lowest: number,
  registry: Registry<never>,
  rows: readonly LedgerRow[],
): string {
  const undone = rows.filter(({ version }) => version >= lowest)
  const now = undone.map(({ version }) => registry[version - 1])
  if (undone.some(({ downChecksum }, at) => downChecksum === null && !now[at]?.reversible))
    return RESET
  if (now.some((entry) => entry?.transaction === false || entry?.effects !== undefined))
    return `\`lockstep rollback --to ${lowest - 1}\`, then \`lockstep migrate\``
  const words = undone.length > 1 ? ` ${undone.length}` : ''
  return `\`lockstep redo${words}\`, which undoes ${versionId(lowest)}${words && ' and what came after it'} and applies ${words ? 'them' : 'it'} again as the code is now`
}

/** Whether something tells how to undo what a row says was applied; `entry` is what the code has under its number. */
export const isReversible = (row: LedgerRow, entry: RegistryEntry<never> | undefined): boolean =>
  row.downChecksum !== null || (entry?.checksum === row.checksum && entry.reversible)

/** The command that undoes a migration and what was applied on top of it, in words. */
export function wayBefore(
  version: number,
  registry: Registry<never>,
  rows: readonly LedgerRow[],
): string {
  const isKept = rows.some(
    (row) => row.version >= version && !isReversible(row, registry[row.version - 1]),
  )
  return isKept
    ? `start anew with ${RESET}`
    : `undo it with \`lockstep rollback --to ${version - 1}\``
}

/** What helps where nothing tells how to undo it. */
export const RESET = '`lockstep reset`, where its data may go'
