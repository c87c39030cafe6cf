// Problems that keep migrations from being replayed. One function per code; its doc comment is the code's meaning. Most of what
// replay finds out is reported by rules instead.
import type { Diagnostic, Position } from '../../model/diagnostic.js'
import { problem, withSeverity } from '../../diagnostics/problem.js'
import { versionId } from '../../../src/model/version.js'
import type { Direction } from '../../model/evidence.js'

const WITHOUT = 'To generate without proof and without schema digests, give `--no-replay`.'

/** Where a replay was when it ended. */
export interface Standing {
  readonly version: number
  readonly direction: Direction
  /** The statement that was running in an SQL side, if known. */
  readonly statement?: { readonly script: number; readonly offset: number }
  /** How many sides had run: a side that is tried repeatedly makes progress. */
  readonly runs?: number
  /** Set if the side has ended, and what it did is being judged. */
  readonly judged?: true
  /** Set if the tables had generated rows; on empty ones the same side ran to its end. */
  readonly rows?: true
  /** The index of the needed history whose version it is; absent for the history itself. */
  readonly needed?: number
}

/** The registry cannot be bundled: a file is missing, or does not build. */
export const replayBundleFailed = (at: Position, reason: string): Diagnostic =>
  problem('REPLAY_BUNDLE_FAILED', at, {
    message: `The migrations cannot be bundled because of ${at.file}: ${ended(reason)}. An application that contains them would not build either.`,
    fix: 'Correct the import or the syntax there: migrations may only import what a bundler can find, by static imports.',
  })

/** Code that a migration imports leads to a built-in module of Node, which cannot be bundled. */
export const replayBundleLeaks = (at: Position, module: string, through: string): Diagnostic =>
  withSeverity(
    'warning',
    problem('REPLAY_BUNDLE_LEAKS', at, {
      message: `${at.file} imports ${through}, which leads to '${module}': that cannot be bundled and does not exist in workers and browsers.`,
      fix: 'Copy the little that the migration needs into it, or into a file beside it whose name begins with `_`. If the application only ever runs on Node, turn this off with `rules: { REPLAY_BUNDLE_LEAKS: "off" }` in the configuration.',
    }),
  )

/** The code of the migrations throws while it is loaded, before any of them runs. */
export const replayLoadFailed = (at: Position, reason: string): Diagnostic =>
  problem('REPLAY_LOAD_FAILED', at, {
    message: `The migrations cannot be loaded because of ${at.file}: ${ended(reason)}. An application that contains them would not start.`,
    fix: /^Cannot find (?:module|package) /.test(reason)
      ? 'Install the package, or write the migration without it: it must still run years from now, with whatever is installed then.'
      : 'Correct the code that runs when the file is loaded; what a migration does belongs in `up` and `down`.',
  })

/** A promise that a migration left behind was rejected, which ends a Node process. */
export const replayRejectionUnhandled = (
  at: Position,
  step: Standing | null,
  reason: string,
): Diagnostic =>
  problem('REPLAY_REJECTION_UNHANDLED', at, {
    message: `${step === null ? 'A migration' : `\`${step.direction}\` of version ${versionId(step.version)}`} in ${at.file} leaves a failing promise behind, and nothing catches its error: ${ended(reason)}. Node ends an application in which that happens, right after the step has been committed.`,
    fix: 'Remove the promise: a migration uses its handle synchronously, and what it defers happens outside its transaction. Work that must wait belongs before or after the migration. If the promise has nothing to do with the database, catch its errors with `.catch(…)`.',
  })

/** The `open` of the configuration fails, or does not return a new, empty in-memory database. */
export const replayOpenFailed = (at: Position, reason: string): Diagnostic =>
  problem('REPLAY_OPEN_FAILED', at, {
    message: `The migrations cannot be replayed with the \`open\` of ${at.file}: ${ended(reason)}.`,
    fix: `Have \`open\` return a new, empty database in memory each time that it is called with ':memory:'. ${WITHOUT}`,
  })

/** The client that migrations are replayed with is not installed, or does not load. */
export const replayClientMissing = (at: Position, reason: string): Diagnostic =>
  problem('REPLAY_CLIENT_MISSING', at, {
    message: `The project of ${at.file} has no client to replay its migrations with: ${ended(reason)}.`,
    fix: `Install it: npm install better-sqlite3. After changing the Node version: npm rebuild better-sqlite3. ${WITHOUT}`,
  })

/** Where a replay ended; `later` is a sentence about the versions not reached, with a leading space, '' if there are none. */
export interface Ended {
  readonly at: Position
  readonly standing: Standing | null
  readonly later: string
}

/** Replaying takes longer than the limit: an endless loop, or more work than the limit allows. */
export const replayTimedOut = (
  { at, standing, later, beside }: Ended & { readonly beside?: Beside },
  ms: number,
): Diagnostic =>
  problem('REPLAY_TIMED_OUT', at, {
    message: `Replaying the migrations${beside ? ` together with all versions of ${beside.all}` : ''} was stopped after ${ms} ms ${during(standing, beside?.history)}, ${beside?.history ? 'which is needed in' : 'in'} ${at.file}. ${standing?.judged ? 'That step itself had ended; what it does to rows was being judged.' : 'If that step never ends, no application that contains it will start again.'}${later}`,
    fix: `${standing?.judged ? 'Raise' : 'Look for an endless loop, or a step that waits for something. If it is only slow, raise'} \`replayTimeoutMs\` in the configuration.${standing?.rows && !standing.judged ? ' If it counts to a number in a column, give rows like those of the application: `seeds` in the configuration.' : ''} ${WITHOUT}`,
  })

/** The replaying process ended by itself: `process.exit` in a migration, a crash of the client, too little memory. */
export const replayProcessDied = ({ at, standing, later }: Ended, reason: string): Diagnostic =>
  problem('REPLAY_PROCESS_DIED', at, {
    message: `The process that replays the migrations ended ${during(standing)}, in ${at.file}: ${ended(reason)}. An application that applies that step would end as well.${later}`,
    fix: `Remove whatever ends the process (process.exit, endless recursion, ${NATIVE}). If the client itself crashes, rebuild it: npm rebuild better-sqlite3. ${WITHOUT}`,
  })

/** The usual cause of a crash such as SIGSEGV, about which nothing else is known. */
const NATIVE = 'a native module that it loads itself: a `.node` file'

/** The other histories in the replay, and the one whose step was running; undefined if it was the history's own. */
export interface Beside {
  readonly all: string
  readonly history: string | undefined
}

const during = (standing: Standing | null, history?: string): string =>
  standing === null
    ? 'before the first migration'
    : `during \`${standing.direction}\` of ${history === undefined ? 'version ' : `${history}:`}${versionId(standing.version)}${standing.rows ? ', with generated rows in the tables' : ''}`

/** Someone else's message without its final full stop. */
const ended = (reason: string): string => reason.replace(/[.\s]+$/, '')

/** The configuration asks for a snapshot, but a snapshot could not reproduce what the migrations lead to. */
export const snapshotWithheld = (at: Position, reason: string): Diagnostic =>
  withSeverity(
    'warning',
    problem('REPLAY_SNAPSHOT_WITHHELD', at, {
      message: `There is no snapshot, because of ${at.file}: ${reason}. New databases run the migrations one by one.`,
      fix: 'Nothing needs to be done. To get a snapshot, change what is named here; otherwise remove `snapshot` from the configuration.',
    }),
  )

/** A step is expected to take long on a million rows, estimated from its times on fewer. */
export const stepEstimated = (at: Position, said: string, todo: string): Diagnostic =>
  withSeverity('info', problem('REPLAY_ESTIMATED', at, { message: said, fix: todo }))
