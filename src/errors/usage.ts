// Errors about requests of the caller that cannot be met. Nothing was changed in any of these cases.
import {
  COMMITTED,
  NOTHING_CHANGED,
  ROLLED_BACK,
  RUN_AGAIN,
  UNDO_COMMITTED,
  type Where,
} from '../model/told-step.js'
import type { RegistryEntry } from '../model/registry.js'
import { versionId } from '../model/version.js'
import type { Cause } from './lockstep-error.js'

/** The caller has an open transaction on the handle, or is a step of a migration that runs on it. */
export const transactionOpen = (): Cause => ({
  code: 'TRANSACTION_OPEN',
  message:
    'A transaction is open on this handle, or a step is running on it, so migrations cannot have their own.',
  fix: 'Commit it or roll it back first, or migrate when the step is done.',
})

/** Without a journal nothing can be rolled back. */
export const journalOff = (): Cause => ({
  code: 'JOURNAL_OFF',
  message: 'PRAGMA journal_mode is OFF: a step that fails would stay half done.',
  state: NOTHING_CHANGED,
  fix: 'Set it to WAL or DELETE, or to MEMORY for an in-memory database.',
})

/** A database is attached under the name through which SQLite's own functions are reached. */
export const schemaNameTaken = (name: string): Cause => ({
  code: 'SCHEMA_NAME_TAKEN',
  message: `A database is attached as ${name}, a name that Lockstep reserves to reach SQLite's built-in functions.`,
  state: NOTHING_CHANGED,
  fix: 'Attach it under another name.',
  facts: { name },
})

/** The target is not a version of the registry. */
export const targetUnknown = (to: unknown, latest: number, way?: 'up'): Cause => ({
  code: 'TARGET_UNKNOWN',
  message: `There is no version ${String(to)}: ${latest === 0 ? 'there are none' : `the versions go from 001 to ${versionId(latest)}`}.`,
  fix:
    way === 'up' && to === 0
      ? 'Migrating undoes nothing: to undo every version, roll back to 0. To skip one of several histories, leave it out.'
      : 'Name one of these versions.',
  facts: { to, latest },
})

/** The target lies in the other direction. */
export const targetBehind = (to: number, version: number, direction: 'up' | 'down'): Cause => ({
  code: 'TARGET_BEHIND',
  message: `The database is at ${versionId(version)}, so ${direction === 'up' ? 'migrating' : 'rolling back'} cannot reach ${versionId(to)}.`,
  fix: direction === 'up' ? 'Roll back instead.' : 'Migrate instead.',
  facts: { to, version },
})

/** An option has an invalid value, or does not exist. */
export const optionInvalid = (option: string, value: unknown, wanted: string | null): Cause => ({
  code: 'OPTION_INVALID',
  message:
    wanted === null
      ? `There is no option ${option}, but ${shown(value)} was given for it.`
      : `The option ${option} is ${shown(value)}, but must be ${wanted}.`,
  fix: wanted === null ? 'Correct its name, or leave it out.' : 'Correct the option.',
  facts: { option, value },
})

/** A value in a `sql` template is not an SQL value: it would become text such as `undefined`. */
export const sqlHoleInvalid = (value: unknown): Cause => ({
  code: 'SQL_HOLE_INVALID',
  message: `A value in a \`sql\` template is ${shown(value)}${whyNone(value)}.`,
  fix: 'Use a string of well-formed Unicode without NUL, a finite number, a 64-bit integer, a boolean or another `sql` fragment. Give a date as text and bytes as `sql.raw("x\'…\'")`, or bind them.',
  facts: { value },
})

function whyNone(value: unknown): string {
  if (typeof value !== 'string')
    return Object(value).text === undefined
      ? ''
      : ' that looks like a fragment but is none, such as a copy of one'
  return /\p{Cs}/u.test(value) ? ', which is not well-formed Unicode' : ''
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return 'a function'
  if (value === undefined) return '`undefined`'
  if (value instanceof Promise) return 'a promise'
  if (Object.prototype.toString.call(value) === '[object Date]') return 'a Date'
  if (value instanceof Uint8Array) return 'bytes'
  return typeof value !== 'object' || value === null ? String(value) : 'an object'
}

/** The registry is not in the form the generator writes; or a module of it lacks the side to run. */
export const registryInvalid = (index: number, side?: Where): Cause => ({
  code: 'REGISTRY_INVALID',
  message: side
    ? `Migration ${versionId(side.version)} (${side.name}) has no \`${side.direction}\` that can be run: what the registry imports from ${side.file} is neither a function nor SQL.`
    : `Entry ${index + 1} of the registry must be the migration with version ${index + 1}, but it has a different version or is not a migration.`,
  fix: side
    ? `Export \`${side.direction}\` from the file in a form that both Node and your bundler read (in a package with \`"type": "module"\`, CommonJS files end in .cjs), and generate the registry with lockstep gen.`
    : 'Generate it with lockstep gen instead of writing it by hand.',
  facts: { index, ...(side && { name: side.name, direction: side.direction, file: side.file }) },
})

/** A migration that a rollback has to undo is irreversible. */
export const migrationIrreversible = (
  {
    version,
    name,
    irreversible,
  }: Pick<RegistryEntry<unknown>, 'version' | 'name' | 'irreversible'>,
  applied: number,
  history?: string,
): Cause => ({
  code: 'MIGRATION_IRREVERSIBLE',
  message: `Migration ${versionId(version)} (${name}) cannot be undone: ${irreversible ?? 'it has no down'}.`,
  state: NOTHING_CHANGED,
  fix:
    version === applied
      ? `It is the newest one applied, so nothing can be rolled back. If your code has this migration, make further changes in a new one. If your code has a different migration under this number, or none, go back to the code that has it: \`lockstep status\` looks for it. Or restore a backup from before it; or undo it by hand, then record that with \`lockstep mark ${versionId(version)} --pending${history === undefined ? '' : ` --name ${history}`}\`.`
      : `Roll back no further than to ${versionId(version)}: \`lockstep rollback --to ${history === undefined ? version : `${history}:${versionId(version)}`}\`. Or restore a backup from before it.`,
  facts: { version, name },
})

/** One transaction for the whole run cannot include a step that has to run in its own way. */
export const transactionMixed = (version: number, name: string, fix: string): Cause => ({
  code: 'TRANSACTION_MIXED',
  message: `Migration ${versionId(version)} (${name}) cannot share one transaction with the others.`,
  state: NOTHING_CHANGED,
  fix,
  facts: { version, name },
})

/** `ctx.rebuild` was given a new table that does not fit the old one, or would lose rows. */
export const rebuildInvalid = (
  table: string,
  reason: string,
  fix = 'Correct the call of ctx.rebuild.',
  object?: { readonly [type: string]: string },
): Cause => ({
  code: 'REBUILD_INVALID',
  message: `The table ${table} cannot be rebuilt like this: ${reason}.`,
  fix,
  facts: { table, ...object },
})

/**
 * The rows of `ctx.batches`, or of declared batches, cannot be walked by the column of `by`; or the work on a batch has changed
 * what other batches depend on. Nothing of that batch is left.
 */
export const batchesInvalid = (
  message: string,
  fix: string,
  facts: { readonly option: 'by' | 'update'; readonly value?: string; readonly table?: string },
): Cause => ({ code: 'BATCHES_INVALID', message, fix, facts })

/**
 * The function given as `onEvent` threw, ended a transaction of the run, left one of its own open, or left rows without their
 * parent.
 */
export const eventHandlerFailed = (
  type: string,
  reason: string,
  state: typeof COMMITTED | typeof NOTHING_CHANGED = NOTHING_CHANGED,
): Cause => ({
  code: 'EVENT_HANDLER_FAILED',
  message: `The listener onEvent failed on the event ${type}: ${reason}. The run stopped there.`,
  state,
  ofStep: state === COMMITTED ? COMMITTED : ROLLED_BACK,
  fix: 'Make onEvent catch its own errors, leave no row without its parent, and leave transactions on the handle alone.',
  next: state === COMMITTED ? UNDO_COMMITTED : RUN_AGAIN,
  facts: { type },
})

/** The registry that was passed is not a list of migrations. */
export const registryNotAList = (value: unknown, history?: string): Cause => ({
  code: 'REGISTRY_NOT_A_LIST',
  message: `The registry${history === undefined ? '' : ` of history ${history}`} is ${kindOf(value)}, but must be a list of migrations.`,
  fix:
    history === undefined
      ? 'Pass the registry of the generated file.'
      : 'Pass the registry of its generated file, or leave the history out.',
})

/** The database that was passed is not an open handle of the client. */
export const handleInvalid = (value: unknown, client: string): Cause => ({
  code: 'HANDLE_INVALID',
  message: `The database is ${kindOf(value)}, but must be an open handle of ${client}.`,
  fix: "Open it first: new Database('data/app.db').",
})

/** Describes a wrong argument without its value. */
const kindOf = (value: unknown): string => (value == null ? 'missing' : `of type ${typeof value}`)
