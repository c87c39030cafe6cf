// Failures of tests of migrations. Only databases that the test itself opened are affected.
import type { Problem } from '../model/report.js'
import { versionId } from '../model/version.js'
import type { Cause } from './lockstep-error.js'

/** The migration that an expectation is about. */
export interface TriedMigration {
  readonly version: number
  readonly name: string
  readonly file: string
}

/** A table that has fewer rows than before; `after` is null if the table is gone. */
export interface LostRows {
  readonly table: string
  readonly before: number
  readonly after: number | null
}

const title = ({ version, name, file }: TriedMigration): string =>
  `migration ${versionId(version)} (${name}) in ${file}`

const CLOSING = 'Only a test database was touched.'

/** The lines, and a note that nothing of value was harmed. */
const list = (lines: readonly string[]): string[] => [...lines.map((line) => `  ${line}`), CLOSING]

/** The schema after `up` and `down` differs from the one before. */
export const expectationNotReversible = (
  tried: TriedMigration,
  lines: readonly string[],
  facts: Problem['facts'],
): Cause => ({
  code: 'EXPECTATION_NOT_REVERSIBLE',
  message: `The down of ${title(tried)} does not restore the schema from before its up:`,
  lines: list(lines),
  fix: 'Make down undo everything that up does to the schema; or leave it out and say why with irreversible.',
  facts: { version: tried.version, ...facts },
})

/** A migration is expected to be reversible but has no `down`. */
export const expectationNoDown = (tried: TriedMigration, reason: string | undefined): Cause => ({
  code: 'EXPECTATION_NO_DOWN',
  message: `Nothing undoes ${title(tried)}: ${reason ?? 'it has no down'}.`,
  fix: 'Write its down, or do not expect it to be reversible.',
  facts: { version: tried.version },
})

/** `up` after `down` produces a different schema than the first `up`. */
export const expectationNotRepeatable = (
  tried: TriedMigration,
  lines: readonly string[],
  facts: Problem['facts'],
): Cause => ({
  code: 'EXPECTATION_NOT_REPEATABLE',
  message: `Applied again after its down, ${title(tried)} produces a different schema than the first time:`,
  lines: list(lines),
  fix: 'Make down remove everything that up creates, and up depend on nothing that down leaves behind.',
  facts: { version: tried.version, ...facts },
})

/** Tables have fewer rows than before. `during` says what was done: `Applying migration …`. */
export const expectationRowsLost = (during: string, lost: readonly LostRows[]): Cause => ({
  code: 'EXPECTATION_ROWS_LOST',
  message: `${during} loses rows:`,
  lines: list(lost.map(lossOf)),
  fix: 'Copy every row when a table is rebuilt, and look for ON DELETE CASCADE when one is dropped. Name tables that lose rows on purpose in loses, and renamed tables in renames.',
  facts: { lost },
})

const lossOf = ({ table, before, after }: LostRows): string =>
  `${table} had ${before} row${before === 1 ? '' : 's'} and ${after === null ? 'is gone' : `has ${after}`}`

/** What was done while rows were counted. */
export function during(
  doing: 'Applying' | 'Undoing' | 'Applying and undoing',
  tried: TriedMigration,
): string {
  return `${doing} ${title(tried)}`
}

/** An upgrade produces a different schema than applying all migrations to an empty database. */
export const expectationUpgradeDiffers = (
  path: string,
  lines: readonly string[],
  facts: Problem['facts'],
): Cause => ({
  code: 'EXPECTATION_UPGRADE_DIFFERS',
  message: `The upgrade ${path} produces a different schema than migrating an empty database:`,
  lines: list(lines),
  fix: 'Find the migration whose changes to the schema depend on the rows that are there, and make it do the same to every database.',
  facts: { path, ...facts },
})

/** Several upgrades fail. */
export const expectationUpgradesFailed = (
  failures: readonly { readonly name: string; readonly message: string }[],
  tried: number,
): Cause => ({
  code: 'EXPECTATION_UPGRADES_FAILED',
  message: `Of ${tried} upgrades, ${failures.length} ${failures.length === 1 ? 'fails' : 'fail'}:`,
  lines: list(failures.flatMap(failureOf)),
  fix: 'Run the cases of upgradeMatrix one by one to see each failure by itself.',
  facts: { failures },
})

/** Several migrations cannot be undone and applied again. */
export const expectationStepsFailed = (
  failures: readonly { readonly name: string; readonly message: string }[],
  tried: number,
): Cause => ({
  code: 'EXPECTATION_STEPS_FAILED',
  message: `Of ${tried} migrations with a down, ${failures.length} ${failures.length === 1 ? 'fails' : 'fail'}:`,
  lines: list(failures.flatMap(failureOf)),
  fix: 'Fix them one by one: expectReversible(version) tries one alone.',
  facts: { failures },
})

const failureOf = ({
  name,
  message,
}: {
  readonly name: string
  readonly message: string
}): string[] => {
  const [head, ...lines] = message.replace(`\n${CLOSING}`, '').split('\n')
  return [`${name}: ${head}`, ...lines.map((line) => `  ${line}`)]
}

/** There is nothing that could fail, so the test would pass whatever the migrations do. */
export const expectationVoid = (reason: string, fix: string): Cause => ({
  code: 'EXPECTATION_VOID',
  message: `This test proves nothing: ${reason}.`,
  fix,
})

/** A function of the test returned a promise, but the driver is synchronous. */
export const expectationPromise = (callback: string): Cause => ({
  code: 'EXPECTATION_PROMISE',
  message: `The function ${callback} returned a promise, but the driver is synchronous: nothing waits for it, and what it does after its first await cannot be seen.`,
  fix: `Make ${callback} use the database synchronously, without async and await.`,
  facts: { callback },
})

/** `open` did not return a new database. Nothing was changed in it. */
export const expectationNotEmpty = (state: string): Cause => ({
  code: 'EXPECTATION_NOT_EMPTY',
  message: `The database that \`open\` returned is not empty (its state is ${state}), so it may be one that somebody needs. Nothing was changed in it.`,
  fix: "Make `open` return a new, empty database each time it is called, such as `new Database(':memory:')`. The kit applies other histories that this one needs, if their registries are in its `needs`. Pass an existing database to `migrateTo`.",
  facts: { state },
})
