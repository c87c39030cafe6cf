// The flags of the benchmark.
import { parseArgs } from 'node:util'

/** What can be measured, in the order in which it is. */
export const SECTIONS = [
  'apply',
  'cold',
  'up-to-date',
  'batches',
  'snapshot',
  'bundle',
  'gen',
  'prove',
] as const

/** One of the things that can be measured. */
export type SectionName = (typeof SECTIONS)[number]

/** What was asked for. */
export interface BenchFlags {
  readonly json: boolean
  readonly verbose: boolean
  readonly quick: boolean
  readonly help: boolean
  readonly only: readonly SectionName[]
  /** Where database files and sample projects are written; undefined for the system's temporary folder. */
  readonly dir: string | undefined
}

/** What `--help` prints. */
export const USAGE = `npm run bench -- [flags]

Measures Lockstep beside raw better-sqlite3, and holds it against its budgets. Takes a few minutes.

  --only <names>  measure only these, separated by commas: ${SECTIONS.join(', ')}
  --quick         a quarter of the rounds: a first impression
  --dir <folder>  write the database files there instead of the temporary folder
  --verbose       also list the bytes of each module in the bundle
  --json          print one JSON document
  --help          print this`

/** Reads the flags; throws a TypeError that names what is not understood. */
export function readFlags(args: readonly string[]): BenchFlags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: { type: 'string' },
      dir: { type: 'string' },
    },
  })
  const { only, dir, ...switches } = values
  return { ...switches, dir, only: only === undefined ? SECTIONS : only.split(',').map(sectionOf) }
}

function sectionOf(name: string): SectionName {
  const found = SECTIONS.find((section) => section === name.trim())
  if (!found)
    throw new TypeError(`There is no section "${name}"; there are ${SECTIONS.join(', ')}.`)
  return found
}
