// The flags of `npm run torture`.
import { parseArgs } from 'node:util'

/** What was asked for. */
export interface TortureFlags {
  /** Kills on the way up, in each journal mode; on the way down there are a fifth of that. */
  readonly kills: number
  /** How many processes start together. */
  readonly processes: number
  /** How often each kind of crowd starts. */
  readonly rounds: number
  /** What the moments of the kills follow from. */
  readonly seed: number
  /** Where database files are written; undefined for memory, or the temporary folder. */
  readonly dir: string | undefined
  /** Whether ways and waiting are short, and all but kills on the way are tried in one journal mode each. */
  readonly quick: boolean
  readonly help: boolean
}

/** What `--help` prints. */
export const USAGE = `npm run torture -- [flags]

Kills migrating processes with SIGKILL, lets many start at once, and lets them meet a step outside a transaction whose
owner is slow, dead or taken for dead, on real files in both journal modes. Prints what happened and what was found; exits with 0 only when nothing was wrong.

  --kills <n>      kills on the way up in each journal mode, a fifth of that on the way down, as many again
                   while recovering, and a tenth of it of each that backs up, restores, adopts and
                   renumbers (default 100)
  --processes <n>  processes that start together (default 16)
  --rounds <n>     how often each kind of crowd starts (default 3)
  --seed <n>       another seed, other moments (default 1)
  --dir <folder>   write the database files there; default memory where there is a folder for it
  --quick          shorter ways, the longest waiting 1 second instead of 12, and one journal mode for each
                   kind of crowd, owner and victim
  --help           print this`

/** Reads the flags; throws a TypeError that names what is not understood. */
export function readFlags(args: readonly string[]): TortureFlags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '100' },
      processes: { type: 'string', default: '16' },
      rounds: { type: 'string', default: '3' },
      seed: { type: 'string', default: '1' },
      dir: { type: 'string' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    kills: countOf('kills', values.kills),
    processes: countOf('processes', values.processes),
    rounds: countOf('rounds', values.rounds),
    seed: countOf('seed', values.seed),
    dir: values.dir,
    quick: values.quick,
    help: values.help,
  }
}

function countOf(name: string, text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new TypeError(`--${name} must be a whole number above 0, not "${text}".`)
}
