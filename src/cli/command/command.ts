// What a command is: a line of the command table, and a function that answers with one of the exit codes.
import type { FlagName, Flags } from './flags.js'
import type { Style } from '../terminal/style.js'

/** A command as the command table lists it. Its module is loaded only when it is called. */
export interface CommandDefinition {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly summary: string
  /** What follows the command besides flags, as commander writes it: `<words...>`. */
  readonly words?: { readonly spelling: string; readonly meaning: string }
  /** The flags it takes, with a meaning of their own where the general one does not fit. */
  readonly flags: readonly (FlagName | { readonly flag: FlagName; readonly meaning: string })[]
  /** Command lines and what they do. */
  readonly examples: readonly (readonly [line: string, meaning: string])[]
  load(): Promise<{ readonly run: CommandRun }>
}

/** Does the work of one command. Prints nothing itself but through the terminal; throws `LockstepError`s. */
export type CommandRun = (invocation: Invocation) => Promise<CommandResult>

/** How a command was called. */
export interface Invocation {
  readonly words: readonly string[]
  readonly flags: Flags
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
  /** Where the command is only a part of what goes on. */
  readonly within?: Within
}

/** What a command has to know that is done by another one. */
export interface Within {
  /** Aborted when the answer to a question is of no use any more. */
  readonly outdated: AbortSignal
  /** The checksums that were applied, in order, when it was decided what to do; with others nothing is redone. */
  readonly applied: readonly (string | null)[]
  /** What the first signal does: nothing is lost by a step that SQLite rolls back. */
  readonly onSignal: 'end at once' | 'end after the step'
}

/** What a command may do to the screen while it works; the answer itself is returned. */
export interface Terminal {
  /** How the standard error stream is styled. */
  readonly style: Style
  /** Whether a person sits there: input and the standard error stream are a terminal. */
  readonly interactive: boolean
  /** Shows lines on the standard error stream, unless that is to be quiet. */
  say(...lines: readonly string[]): void
  /** Like `say`, but nothing that was said like this before. */
  sayOnce(line: string): void
  /** Like `say`, for what only `--verbose` shows. */
  detail(...lines: readonly string[]): void
  /** Like `say`, for errors, which are shown whatever is to be quiet. */
  complain(...lines: readonly string[]): void
  /** Tells a program that reads along, where `--events` is given: one line of JSON on the standard output. */
  tell(event: object): void
  /** Completes the commands that a text advises with these flags, as the printer does with those of the call. */
  carry(flags: Flags): (text: string) => string
  /** Puts what was printed out of sight, where a terminal shows it; true where it did. */
  clear(): boolean
}

/** What a command answers. */
export interface CommandResult {
  readonly exitCode: ExitCode
  /** The document that `--json` prints. */
  readonly json: unknown
  /** What a person reads, as lines: an end of a line within one comes from outside, and is not obeyed. */
  text(style: Style): readonly string[]
  /**
   * Printed as it is in place of the text: made by a renderer that escapes as its format wants it, after `carry` has
   * completed the commands that its texts advise.
   */
  readonly document?: (carry: (text: string) => string) => string
  /** Where the text goes; `stdout` unless it tells of a failure. */
  readonly stream?: 'stdout' | 'stderr'
}

/** 0 done; 1 failed, or problems found; 2 wrong usage or settings; 3 pending (`status --check` only); 130 interrupted. */
export const EXIT = { done: 0, failed: 1, usage: 2, pending: 3, interrupted: 130 } as const

/** One of the codes with which the program ends. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

const USAGE_AREAS = /^(USAGE|CONFIG|OPTION|TARGET)_/
const USAGE_CODES = new Set([
  'DATABASE_UNSET',
  'DATABASE_AMBIGUOUS',
  'DATABASE_VARIABLE_AMBIGUOUS',
  'DATABASE_PATH_INVALID',
  'DATABASE_FOLDER_MISSING',
  'DATABASE_PROTECTED',
  'NAME_UNUSABLE',
  'RESET_UNCONFIRMED',
  'RESTORE_UNCONFIRMED',
  'EDIT_UNCONFIRMED',
  'REDO_UNCONFIRMED',
  'ROLLBACK_UNCONFIRMED',
  'RENUMBER_UNCONFIRMED',
  'GIT_REF_UNKNOWN',
  'SEEDS_MISSING',
])
const INTERRUPTED_CODES = new Set(['RUN_ABORTED', 'RUN_KILLED', 'COMMAND_INTERRUPTED'])

/** The exit code for an error with this code. */
export function exitCodeOf(code: string): ExitCode {
  if (INTERRUPTED_CODES.has(code)) return EXIT.interrupted
  return USAGE_AREAS.test(code) || USAGE_CODES.has(code) ? EXIT.usage : EXIT.failed
}
