// Defines and reads the flags of the benchmark.
import { parseArgs } from 'node:util'

/** The sections of the benchmark, in the order in which they run. */
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

/** The sections that compare other tools; they run only on request, because the tools have to be installed. */
export const PEER_SECTIONS = [
  'peers-apply',
  'peers-up-to-date',
  'peers-cold',
  'peers-bundle',
  'peers-at-once',
  'peers-kills',
] as const

/** The name of a section. */
export type SectionName = (typeof SECTIONS | typeof PEER_SECTIONS)[number]

/** The requested sections and options. */
export interface BenchFlags {
  readonly json: boolean
  readonly verbose: boolean
  readonly quick: boolean
  readonly help: boolean
  /** Whether RESULTS.md and its plots are written. */
  readonly write: boolean
  readonly only: readonly SectionName[]
  /** Where database files and sample projects are written; undefined for the system's temporary folder. */
  readonly dir: string | undefined
}

/** The output of `--help`. */
export const USAGE = `npm run bench -- [flags]

Measures Lockstep beside raw better-sqlite3, and holds it against its budgets. Takes a few minutes.

  --only <names>  measure only these, separated by commas: ${SECTIONS.join(', ')}
  --peers         compare other tools as well, which are installed in bench/peers for it; as names: peers for
                  all of it, or ${PEER_SECTIONS.join(', ')}
  --write         write what was measured to bench/RESULTS.md, with plots
  --quick         a quarter of the rounds: a first impression
  --dir <folder>  write the database files there instead of the temporary folder
  --verbose       also list the bytes of each module in the bundle
  --json          print one JSON document
  --help          print this`

/** Reads the flags; throws a TypeError that names an unknown flag or value. */
export function readFlags(args: readonly string[]): BenchFlags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      only: { type: 'string' },
      dir: { type: 'string' },
    },
  })
  const { only, dir, peers, ...switches } = values
  const named = only?.split(',').flatMap(sectionsOf) ?? [...SECTIONS]
  const sections = peers ? [...named, ...PEER_SECTIONS] : named
  return { ...switches, dir, only: [...new Set(sections)] }
}

const ALL = [...SECTIONS, ...PEER_SECTIONS]

function sectionsOf(written: string): readonly SectionName[] {
  const name = written.trim()
  if (name === 'peers') return PEER_SECTIONS
  const found = ALL.find((section) => section === name)
  if (!found) throw new TypeError(`There is no section "${name}"; there are ${ALL.join(', ')}.`)
  return [found]
}
