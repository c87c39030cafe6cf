// The types of a command: its entry in the command table, and a function that returns one of the exit codes.
import type { FlagName, Flags } from './flags.js'
import type { Style } from '../terminal/style.js'

/** A command in the command table. Its module is loaded only when it is called. */
export interface CommandDefinition {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly summary: string
  /** The positional arguments, in commander's notation: `<words...>`. */
  readonly words?: { readonly spelling: string; readonly meaning: string }
  /** The flags it takes, with a description of their own if the general one does not fit. */
  readonly flags: readonly (FlagName | { readonly flag: FlagName; readonly meaning: string })[]
  /** Command lines and what they do. */
  readonly examples: readonly (readonly [line: string, meaning: string])[]
  load(): Promise<{ readonly run: CommandRun }>
}

/** Does the work of one command. Prints only through the terminal; throws `LockstepError`s. */
export type CommandRun = (invocation: Invocation) => Promise<CommandResult>

/** How a command was called. */
export interface Invocation {
  readonly words: readonly string[]
  readonly flags: Flags
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
  /** Set if the command runs as a part of another one. */
  readonly within?: Within
}

/** What a command has to know when another one runs it. */
export interface Within {
  /** Aborted when the answer to a question is no longer needed. */
  readonly outdated: AbortSignal
  /** The applied checksums, in order, when it was decided what to do; with others nothing is redone. */
  readonly applied: readonly (string | null)[]
  /** What the first signal does: nothing is lost if SQLite rolls a step back. */
  readonly onSignal: 'end at once' | 'end after the step'
}

/** How a command may use the screen while it works; the result itself is returned. */
export interface Terminal {
  /** How the standard error stream is styled. */
  readonly style: Style
  /** Whether a person is there: input and the standard error stream are terminals. */
  readonly interactive: boolean
  /** Shows lines on the standard error stream, unless `--quiet`. */
  say(...lines: readonly string[]): void
  /** Like `say`, but skips lines that were said like this before. */
  sayOnce(line: string): void
  /** Like `say`, but only with `--verbose`. */
  detail(...lines: readonly string[]): void
  /** Like `say`, for errors, which are shown even with `--quiet`. */
  complain(...lines: readonly string[]): void
  /** Reports to a program, with `--events`: one line of JSON on the standard output. */
  tell(event: object): void
  /** Adds these flags to the commands that a text suggests, as the printer does with those of the call. */
  carry(flags: Flags): (text: string) => string
  /** Clears what was printed, if a terminal shows it; returns whether it did. */
  clear(): boolean
}

/** The result of a command. */
export interface CommandResult {
  readonly exitCode: ExitCode
  /** The document that `--json` prints. */
  readonly json: unknown
  /** The text for people, as lines: a line break within one comes from outside and is escaped. */
  text(style: Style): readonly string[]
  /**
   * Printed as it is instead of the text: made by a renderer that escapes for its format, after `carry` has completed the
   * commands that its texts suggest.
   */
  readonly document?: (carry: (text: string) => string) => string
  /** Where the text goes; `stdout` unless it reports a failure. */
  readonly stream?: 'stdout' | 'stderr'
}

/** 0 done; 1 failed, or problems found; 2 wrong usage or settings; 3 pending (`status --check` only); 130 interrupted. */
export const EXIT = { done: 0, failed: 1, usage: 2, pending: 3, interrupted: 130 } as const

/** One of the exit codes of the program. */
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
