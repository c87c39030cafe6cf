// Puts the command before its flags, so that `lockstep --db app.db migrate` is read like `lockstep migrate --db app.db`.
import { FLAGS } from './flags.js'

const OF_THE_PROGRAM = new Set(['-V', '--version', '-h', '--help'])

/**
 * The arguments with the command first; without a command, `fallback`. Requests to the program itself (`--help`, `--version`)
 * stay as they are.
 */
export function placeCommandFirst(argv: readonly string[], fallback: string): string[] {
  const at = firstWord(argv)
  if (at === 0) return [...argv]
  const leading = at < 0 ? argv : argv.slice(0, at)
  if (leading.some((argument) => OF_THE_PROGRAM.has(argument))) return [...argv]
  return at < 0 ? [fallback, ...argv] : [argv[at] ?? fallback, ...leading, ...argv.slice(at + 1)]
}

/** The index of the first argument that is neither a flag nor the value of one, or -1. */
function firstWord(argv: readonly string[]): number {
  let index = 0
  while (index < argv.length) {
    const argument = argv[index] ?? ''
    if (!argument.startsWith('-')) return index
    if (argument === '--') return -1
    index += VALUE_FLAGS.has(argument) ? 2 : 1
  }
  return -1
}

/** The flags whose value is the next argument. */
const VALUE_FLAGS = new Set(
  Object.values(FLAGS)
    .filter(({ spelling }) => spelling.includes('<'))
    .map(({ spelling }) => spelling.slice(0, spelling.indexOf(' '))),
)
