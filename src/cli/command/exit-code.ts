// The exit codes of the command line, and which of them an error leads to.

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
