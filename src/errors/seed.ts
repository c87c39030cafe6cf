// Errors about seeds: all of them run in one transaction, so nothing is left in any of these cases.
import { NOTHING_CHANGED, RUN_AGAIN } from '../model/told-step.js'
import type { Cause } from './lockstep-error.js'

const ROLLED_BACK = 'All seeds of this run were rolled back.'

/** No seed was found: the folder has none, or none of that name. */
export const seedsMissing = (message: string, files: readonly string[]): Cause => ({
  code: 'SEEDS_MISSING',
  message: `${message} ${NOTHING_CHANGED}`,
  fix:
    files.length > 0
      ? `Name one of ${files.join(', ')}.`
      : 'Write one, such as seeds/001_users.sql, or name their folder with `seedsFolder` in the configuration.',
  facts: { files },
})

/** The database is not at the newest version of its own history, for which seeds are written. */
export const seedNotCurrent = (
  reason: string,
  fix: string,
  lines: readonly string[] = [],
): Cause => ({
  code: 'SEED_NOT_CURRENT',
  message: `Seeds are written for the newest schema, which this database does not have: ${reason}`,
  lines,
  state: NOTHING_CHANGED,
  fix,
  next: RUN_AGAIN,
})

/** A seed is unusable: its file cannot be read, or exports no function that does its work synchronously. */
export const seedUnusable = (file: string, reason: string): Cause => ({
  code: 'SEED_UNUSABLE',
  message: `The seed ${file} cannot be run: ${reason}.`,
  state: NOTHING_CHANGED,
  fix: 'Export one function by default that takes the handle, writes its rows before it returns, and returns nothing; or write SQL.',
  facts: { file },
})

/**
 * A statement of a seed failed, at a place, or its code threw or returned `false`. `taken` means that a row already exists, which
 * an earlier run may have written.
 */
export const seedFailed = (
  file: string,
  place: string | null,
  reason: string,
  taken: 'taken' | null,
): Cause => ({
  code: 'SEED_FAILED',
  message: `The seed ${file} failed${place === null ? '' : ` at ${place}`}: ${reason}.`,
  state: ROLLED_BACK,
  fix: taken
    ? 'If an earlier run wrote the row: seeds may run any number of times, so use INSERT OR IGNORE, or an upsert with ON CONFLICT … DO UPDATE. Or run only what is new, by name, or start with an empty database: `lockstep reset --seed`.'
    : 'Fix the seed.',
  next: RUN_AGAIN,
  facts: { file, place },
})

/** A seed did something that would break the guarantee that all seeds are written or none, or that only migrations may do. */
export const seedRefused = (file: string, reason: string, fix: string): Cause => ({
  code: 'SEED_REFUSED',
  message: `The seed ${file} ${reason}.`,
  state: ROLLED_BACK,
  fix,
  next: RUN_AGAIN,
  facts: { file },
})

/** Together, the seeds left rows without their parent. */
export const seedOrphans = (
  increases: readonly {
    readonly table: string
    readonly parent: string
    readonly columns: string
    readonly more: number
    readonly rows: readonly unknown[]
  }[],
): Cause => ({
  code: 'SEED_ORPHANS',
  message: `The seeds leave rows without their parent: ${increases
    .map(
      ({ more, table, columns, parent, rows }) =>
        `${more} in ${table} (${columns}) without ${parent}${rows.length > 0 ? `, such as rowid ${rows.join(', ')}` : ''}`,
    )
    .join('; ')}.`,
  state: ROLLED_BACK,
  fix: 'Write the rows that they refer to as well; the order does not matter.',
  next: RUN_AGAIN,
  facts: { increases },
})
